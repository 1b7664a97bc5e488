// fireworks: docs.fireworks.ai/api-reference. The model stands in the path. Its own FLUX models
// answer at once; a picture of FLUX Kontext is ordered, and asked for by its number.
//
//   model  accounts/fireworks/models/flux-1-schnell-fp8
//   keys   app.fireworks.ai/settings/users/api-keys
//   sizes  the ratios 1:1, 16:9, 9:16, 3:2, 2:3, 5:4, 4:5, 21:9, 9:21 in 1K
//   links  of Kontext not said; other pictures come in the answer
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr SizeRules kSides{.step_px = 64, .min_side_px = 512, .max_side_px = 2048};

constexpr ModelSizes kSizes[] = {
    {"stable-diffusion", kSides},
    {"playground", kSides},
    {"kontext",
     {.ratios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 5:4 4:5 21:9 9:21", .tiers = "1024x1024"}},
    {"", {.ratios = "1:1 16:9 9:16 3:2 2:3 5:4 4:5 21:9 9:21", .tiers = "1024x1024"}},
};

constexpr ModelFinish kFinishes[] = {
    {"kontext", {.formats = "png jpeg"}},
};

constexpr ModelReferences kReferences[] = {
    {"kontext", 1},
};

void write_size(json::Writer& json, const ImageJob& job) {
  const SizeRules rules = size_rules(kSizes, job.model);
  if (rules.ratios.empty()) {
    write_sides(json, job);
  } else {
    write_ratio(json, job, rules.ratios);
  }
  write_finish(json, job, kFinishes);
  write_first_reference(json, job, "input_image", ReferenceForm::data_url);
}

constexpr JsonShape kFlux = {.write_members = write_size, .model = "", .seed = "seed"};
constexpr JsonShape kStableDiffusion = {
    .write_members = write_size, .model = "", .seed = "seed", .negative_prompt = "negative_prompt"};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  if (size_rules(kSizes, job.model).ratios.empty()) {
    return post_json(model_url(model_url(provider.url, "image_generation"), job.model),
                     json_body(kStableDiffusion, job));
  }
  std::string url = model_url(model_url(provider.url, "workflows"), job.model);
  if (find_ignoring_case(job.model, "kontext") == kNowhere) url = model_url(url, "text_to_image");
  return post_json(std::move(url), json_body(kFlux, job));
}

/// The question for an ordered picture.
Request ask_for(std::string_view id, std::string_view asked_url) {
  std::string body;
  json::Writer(body).begin_object().key("id").string(id).end_object();
  return post_json(model_url(asked_url, "get_result"), std::move(body));
}

/// What the answer says of an ordered picture.
Result<Step> read_state(json::Value root, std::string_view status) {
  if (status == "Pending") {
    constexpr std::int64_t kBillionthsInPercent = 10'000'000;
    const std::int64_t percent = root["progress"].billionths().value_or(0) / kBillionthsInPercent;
    Later later{.state = JobState::drawing};
    if (percent > 0 && percent <= 100) later.percent = static_cast<std::uint32_t>(percent);
    return Step(std::move(later));
  }
  if (status.ends_with("Moderated")) return refused_picture(status);
  // Its servers do not all know of a new job at once.
  if (status == "Task not found") return no_picture("img_ask_again");
  if (status == "Ready") return picture_from(root["result"]["sample"].string_or_empty());
  return failed(status, "");
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value whole = answer.root;
  const json::Value root = whole.is_array() ? whole.first() : whole;
  const std::string_view status = root["status"].string_or_empty();
  if (!status.empty()) return read_state(root, status);
  const json::Value pictures = root["base64"];
  const std::string_view reason = root["finishReason"].string_or_empty();
  if (reason == "CONTENT_FILTERED") return refused_picture(reason);
  for (const json::Value place : {pictures, pictures.first()}) {
    const std::string_view text = place.string_or_empty();
    if (!text.empty()) return picture_from(text);
  }
  const std::string_view id = root["request_id"].string_or_empty();
  if (id.empty() || !root["error"].absent()) return find_picture(answer);
  return Step(Later{.ask = ask_for(id, answer.asked_url)});
}

}  // namespace

constinit const Dialect fireworks = {
    .name = "fireworks",
    .hosts = "api.fireworks.ai",
    .base = "https://api.fireworks.ai/inference/v1",
    .path = "",
    .call_paths = "/workflows/ /image_generation/",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .negative_prompt_models = "stable-diffusion playground",
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
