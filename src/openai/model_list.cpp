#include "openai/model_list.h"

#include "json/writer.h"

namespace fluxgate {
namespace {

constexpr std::int64_t kCreatedUnixSeconds = 1'735'689'600;  // 2025-01-01

void write_model_to(json::Writer& json, std::string_view id) {
  json.begin_object();
  json.key("id").string(id);
  json.key("object").raw(R"("model")");
  json.key("created").number(kCreatedUnixSeconds);
  json.key("owned_by").raw(R"("fluxgate")");
  json.end_object();
}

}  // namespace

std::string write_model(std::string_view id) {
  std::string text;
  json::Writer json(text);
  write_model_to(json, id);
  return text;
}

std::string write_model_list(const std::vector<std::string_view>& ids) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("object").raw(R"("list")").key("data").begin_array();
  for (const std::string_view id : ids) write_model_to(json, id);
  json.end_array().end_object();
  return text;
}

}  // namespace fluxgate
