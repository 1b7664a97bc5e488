#include "llm/completion_call.h"

#include "base/ascii.h"
#include "json/document.h"
#include "json/writer.h"
#include "llm/completion_message.h"

namespace fluxgate {

std::string write_completion_call(std::string_view model, std::string_view system_json,
                                  std::string_view user, AnswerForm form) {
  std::string body;
  body.reserve(system_json.size() + user.size() + 256);
  body += R"({"model":)";
  json::append_string(body, model);
  body += R"(,"messages":[{"role":"system","content":")";
  body += system_json;
  body += R"("},{"role":"user","content":)";
  json::append_string(body, user);
  body += form == AnswerForm::whole
              ? R"(}],"stream":false})"
              : R"(}],"stream":true,"stream_options":{"include_usage":true}})";
  return body;
}

Result<Completion> read_completion(std::string_view body) {
  if (trim(body).empty()) return unusable_completion("llm_empty_body");
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return unusable_completion("llm_bad_json");
  const json::Value root = document->root();
  if (!root["error"].absent()) return reported_by_completion("llm_error_in_200");
  const json::Value choice = root["choices"].first();
  const json::Value message = choice["message"];
  std::optional<std::string> content = read_message_content(message["content"]);
  if (!content) return unusable_completion("llm_bad_shape");

  Completion completion;
  completion.content = *std::move(content);
  completion.reasoning = read_message_reasoning(message);
  completion.finish_reason = choice["finish_reason"].string_or_empty();
  completion.usage = read_usage(root["usage"]);
  return completion;
}

}  // namespace fluxgate
