#include "views/models.h"

#include "base/ascii.h"
#include "json/writer.h"
#include "openai/model_list.h"

namespace fluxgate {
namespace {

void write_texts(json::Writer& json, std::string_view texts) {
  json.begin_array();
  for (const std::string_view text : split_list(texts, ' ')) json.string(text);
  json.end_array();
}

/// A list of sizes; or ratios and the squares of its resolutions; or the limits of its sides.
void write_sizes(json::Writer& json, const SizeRules& rules) {
  if (!rules.sizes.empty()) return write_texts(json, rules.sizes);
  json.begin_object();
  if (!rules.ratios.empty()) {
    json.key("ratios");
    write_texts(json, rules.ratios);
    json.key("tiers");
    write_texts(json, rules.tiers);
  } else {
    json.key("step").number(rules.step_px).key("min_side").number(rules.min_side_px);
    json.key("max_side").number(rules.max_side_px).key("max_ratio").number(rules.max_ratio);
    json.key("min_pixels").number(rules.min_pixels).key("max_pixels").number(rules.max_pixels);
  }
  json.end_object();
}

/// How long the first key of a candidate still rests, in whole seconds.
std::int64_t rest_s(const KeyRing& keys, UnixMs now_ms) {
  return (keys.wait_ms(now_ms) + 999) / 1000;
}

ListedModel listed(const Model& model, UnixMs now_ms) {
  ListedModel listed{model.id, {}};
  json::Writer json(listed.facts);
  const Candidate& first = model.candidates.front();
  const ModelReferences* references = references_of(*first.dialect, first.model);
  json.key("modalities");
  json.raw(references == nullptr ? R"({"input":["text"],"output":["image"]})"
                                 : R"({"input":["text","image"],"output":["image"]})");
  json.key("sizes");
  write_sizes(json, first.sizes);
  const std::size_t most = references == nullptr ? 0 : references->most;
  json.key("references").number(static_cast<std::int64_t>(most));
  if (first.price) json.key("price").billionths(*first.price);
  json.key("candidates").begin_array();
  for (const Candidate& candidate : model.candidates) {
    const std::int64_t wait_s = rest_s(*candidate.keys, now_ms);
    json.begin_object().key("provider").string(candidate.dialect->name);
    json.key("state").string(wait_s == 0 ? "ready" : "resting");
    if (wait_s > 0) json.key("wait").number(wait_s);
    json.end_object();
  }
  json.end_array();
  return listed;
}

/// Those that the client may use.
std::string list_at(const Instance& instance, const Client& client, UnixMs now_ms) {
  std::vector<ListedModel> models;
  for (const Model& model : instance.models()) {
    if (client.may_use(model.id)) models.push_back(listed(model, now_ms));
  }
  return write_model_list(models);
}

/// Does any candidate rest?
bool any_rests(const Instance& instance, UnixMs now_ms) {
  for (const Model& model : instance.models()) {
    for (const KeyRing* keys : model.keys) {
      if (keys->wait_ms(now_ms) > 0) return true;
    }
  }
  return false;
}

}  // namespace

Task<> list_models(Exchange& exchange) {
  const Instance& instance = exchange.instance();
  const UnixMs now_ms = exchange.session().now_ms();
  const Client& client = exchange.client();
  if (!client.models.empty() || any_rests(instance, now_ms)) {
    co_await exchange.respond(json_response(200, list_at(instance, client, now_ms)));
    co_return;
  }
  std::string& list = exchange.instance().kept_text("models").text;
  if (list.empty()) list = list_at(instance, client, now_ms);
  co_await exchange.respond(json_response(200, list));
}

Task<> show_model(Exchange& exchange) {
  constexpr std::string_view kPrefix = "/v1/models/";
  const Model* model =
      exchange.instance().find_model(percent_decode(exchange.url().path.substr(kPrefix.size())));
  if (model == nullptr || !exchange.client().may_use(model->id)) {
    co_await Error(ErrorCode::model_not_found, "There is no model of this id.").at("model");
  }
  const ListedModel shown = listed(*model, exchange.session().now_ms());
  co_await exchange.respond(json_response(200, write_model(shown)));
}

}  // namespace fluxgate
