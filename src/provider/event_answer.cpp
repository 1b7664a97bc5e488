#include "provider/event_answer.h"

#include "base/ascii.h"
#include "json/document.h"

namespace fluxgate {
namespace {

constexpr std::string_view kData = "data:";

/// Where the last line that begins with `start` begins; kNowhere when there is none.
std::size_t last_line(std::string_view text, std::string_view start) {
  for (std::size_t at = text.rfind(start); at != kNowhere; at = text.rfind(start, at - 1)) {
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return at;
  }
  return kNowhere;
}

/// The whole answer that an event stands for; empty when it is a draft, or anything else.
std::string whole_answer_of(std::string_view data) {
  const Result<json::Document> document = json::Document::parse(data);
  if (!document) return {};
  const json::Value root = document->root();
  if (!root["error"].absent()) return std::string(data);
  const bool has_picture = !root["b64_json"].absent() || !root["url"].absent();
  if (!has_picture || !root["partial_image_index"].absent()) return {};
  return std::string(R"({"data":[)").append(data).append("]}");
}

}  // namespace

bool is_in_draft(std::string_view text) {
  const std::size_t at = last_line(text, kData);
  if (at == kNowhere) return false;
  const std::size_t name = last_line(text.substr(0, at), "event:");
  const std::size_t before = last_line(text.substr(0, at), kData);
  const bool is_named = name != kNowhere && (before == kNowhere || name > before);
  return text.substr(is_named ? name : at).find(".partial_image") != kNowhere;
}

std::string whole_answer(std::string_view text) {
  for (std::size_t at = last_line(text, kData); at != kNowhere; at = last_line(text, kData)) {
    std::string_view data = text.substr(at + kData.size());
    data = data.substr(0, data.find_first_of("\r\n"));
    std::string whole = whole_answer_of(trim(data));
    if (!whole.empty()) return whole;
    text = text.substr(0, at);
  }
  return {};
}

}  // namespace fluxgate
