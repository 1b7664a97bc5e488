#include "llm/completion_stream.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/document.h"
#include "llm/completion_message.h"

namespace fluxgate {
namespace {

constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

/// The UTF-16 unit of an escape such as \ud83d at `at`; -1 when none stands there.
int escaped_unit(std::string_view text, std::size_t at) {
  const std::string_view escape = text.substr(at, 6);
  if (escape.size() < 6 || !escape.starts_with("\\u")) return -1;
  int unit = 0;
  for (const char c : escape.substr(2)) {
    const int digit = hex_digit_value(c);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// The escape at `at`, to be copied; empty when it is half a character without the other half.
std::string_view whole_escape(std::string_view text, std::size_t at) {
  const int unit = escaped_unit(text, at);
  if (is_low_surrogate(unit)) return {};
  if (!is_high_surrogate(unit)) return text.substr(at, 2);
  return is_low_surrogate(escaped_unit(text, at + 6)) ? text.substr(at, 12) : std::string_view();
}

/// `text` with U+FFFD for each damaged byte and for each escape of half a character: servers that
/// cut their text by UTF-16 units send the other half in the next event.
std::string repaired(std::string_view text) {
  std::string repaired;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      const std::string_view escape = whole_escape(text, at);
      repaired += escape.empty() ? kReplacementUtf8 : escape;
      at += escape.empty() ? 6 : escape.size();
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    const bool damaged = point.value == kReplacementCharacter && point.length_bytes == 1;
    repaired += damaged ? kReplacementUtf8 : text.substr(at, point.length_bytes);
    at += point.length_bytes;
  }
  return repaired;
}

/// The choice with index 0, which is asked for; missing when the event brings another one.
json::Value first_choice(json::Value choices) {
  for (const json::Value choice : choices.items()) {
    if (choice["index"].integer().value_or(0) == 0) return choice;
  }
  return {};
}

/// Does the event tell of a failure without a member `error`? Such servers send a code or a status,
/// and no choices: {"code":400,"details":"..."}.
bool reports_failure(json::Value root) {
  if (!root["choices"].absent() || !root["usage"].absent()) return false;
  for (const char* name : {"code", "status", "status_code"}) {
    const auto number = root[name].integer();
    if (number && *number >= 400) return true;
  }
  return !root["detail"].absent() || !root["details"].absent();
}

/// Parses the data, and repairs it only if the parser refuses it: damage is rare.
Result<json::Document> parse(std::string_view data) {
  Result<json::Document> document = json::Document::parse(data);
  return document ? std::move(document) : json::Document::parse(repaired(data));
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

  if (reports_failure(root)) return reported_by_completion("llm_error_in_stream");
  const json::Value choice = first_choice(root["choices"]);
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
