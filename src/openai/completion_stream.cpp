#include "openai/completion_stream.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/document.h"
#include "openai/completion_message.h"

namespace fluxgate {
namespace {

/// With U+FFFD for each damaged byte.
std::string repaired_utf8(std::string_view text) {
  std::string repaired;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const bool damaged = point.value == kReplacementCharacter && point.length_bytes == 1;
    repaired += damaged ? "\xEF\xBF\xBD" : text.substr(at, point.length_bytes);
    at += point.length_bytes;
  }
  return repaired;
}

/// The parser refuses damaged UTF-8, which is too rare to be looked for before.
Result<json::Document> parse(std::string_view data) {
  Result<json::Document> document = json::Document::parse(data);
  return document ? std::move(document) : json::Document::parse(repaired_utf8(data));
}

}  // namespace

bool ends_stream(std::string_view data) {
  return trim(data) == "[DONE]";
}

Result<StreamDelta> read_stream_delta(std::string_view data) {
  StreamDelta delta;
  if (trim(data).empty()) return delta;
  Result<json::Document> document = parse(data);
  if (!document) return unusable_completion("llm_bad_json");
  const json::Value root = document->root();
  if (!root.is_object()) return unusable_completion("llm_bad_shape");
  if (!root["error"].absent()) return reported_by_completion("llm_error_in_stream");

  const json::Value choice = root["choices"].first();
  const json::Value message = choice["delta"];
  if (!message["content"].absent()) {
    std::optional<std::string> content = read_message_content(message["content"]);
    if (!content) return unusable_completion("llm_bad_shape");
    delta.content = *std::move(content);
  }
  delta.reasoning = read_message_reasoning(message);
  delta.finish_reason = choice["finish_reason"].string_or_empty();
  delta.usage = read_usage(root["usage"]);
  return delta;
}

}  // namespace fluxgate
