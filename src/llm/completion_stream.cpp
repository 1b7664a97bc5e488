#include "llm/completion_stream.h"

#include "base/ascii.h"
#include "json/document.h"
#include "llm/completion_message.h"

namespace fluxgate {
namespace {

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

}  // namespace

bool ends_stream(std::string_view data) {
  return trim(data) == "[DONE]";
}

Result<StreamDelta> read_stream_delta(std::string_view data) {
  StreamDelta delta;
  if (trim(data).empty()) return delta;
  Result<json::Document> document = json::Document::parse(data);
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
  const auto said = choice.missing() ? root["response"].string() : std::nullopt;
  if (said) {  // Workers AI
    delta.content = *said;
    if (!root["usage"].absent()) delta.finish_reason = "stop";
  }
  delta.reasoning = read_message_reasoning(message);
  delta.finish_reason = choice["finish_reason"].string_or_empty();
  delta.usage = read_usage(root["usage"]);
  return delta;
}

}  // namespace fluxgate
