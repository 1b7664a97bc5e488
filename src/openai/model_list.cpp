#include "openai/model_list.h"

#include "json/writer.h"

namespace fluxgate {
namespace {

constexpr std::int64_t kCreatedUnixSeconds = 1'735'689'600;  // 2025-01-01

void write_model_to(json::Writer& json, const ListedModel& model) {
  json.begin_object();
  json.key("id").string(model.id);
  json.key("object").raw(R"("model")");
  json.key("created").number(kCreatedUnixSeconds);
  json.key("owned_by").raw(R"("fluxgate")");
  if (!model.facts.empty()) json.raw(model.facts);
  json.end_object();
}

}  // namespace

std::string write_model(const ListedModel& model) {
  std::string text;
  json::Writer json(text);
  write_model_to(json, model);
  return text;
}

std::string write_model_list(const std::vector<ListedModel>& models) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("object").raw(R"("list")").key("data").begin_array();
  for (const ListedModel& model : models) write_model_to(json, model);
  json.end_array().end_object();
  return text;
}

}  // namespace fluxgate
