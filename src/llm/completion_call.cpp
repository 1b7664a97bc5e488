#include "llm/completion_call.h"

#include "base/ascii.h"
#include "json/document.h"
#include "json/writer.h"
#include "llm/completion_message.h"

namespace fluxgate {
namespace {

constexpr std::string_view kSystemRole = R"({"role":"system")";
constexpr std::string_view kUserRole = R"({"role":"user")";
constexpr std::string_view kStreamOptions = R"(,"stream_options":{"include_usage":true})";

/// `text` with `there` in place of the first `here`.
bool replace_first(std::string& text, std::string_view here, std::string_view there) {
  const std::size_t at = text.find(here);
  if (at == std::string::npos) return false;
  text.replace(at, here.size(), there);
  return true;
}

}  // namespace

std::string write_completion_call(std::string_view model, std::string_view system_json,
                                  std::string_view user, AnswerForm form) {
  std::string body;
  body.reserve(system_json.size() + user.size() + 256);
  body += R"({"model":)";
  json::append_string(body, model);
  body.append(R"(,"messages":[)").append(kSystemRole).append(R"(,"content":")");
  body.append(system_json).append(R"("},)").append(kUserRole).append(R"(,"content":)");
  json::append_string(body, user);
  if (form == AnswerForm::whole) return body += R"(}],"stream":false})";
  body.append(R"(}],"stream":true)").append(kStreamOptions).push_back('}');
  return body;
}

bool leave_out_stream_options(std::string& body) {
  return replace_first(body, kStreamOptions, "");
}

bool leave_out_system_role(std::string& body) {
  return replace_first(body, kSystemRole, kUserRole);
}

Result<Completion> read_completion(std::string_view body) {
  if (trim(body).empty()) return unusable_completion("llm_empty_body");
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return unusable_completion("llm_bad_json");
  const json::Value root = document->root();
  if (!root["error"].absent()) return reported_by_completion("llm_error_in_200");
  const json::Value choice = root["choices"].first();
  const json::Value message = choice["message"];
  const json::Value said = choice.missing() ? root["response"] : message["content"];
  std::optional<std::string> content = read_message_content(said);
  if (!content) return unusable_completion("llm_bad_shape");

  Completion completion;
  completion.content = *std::move(content);
  completion.reasoning = read_message_reasoning(message);
  completion.finish_reason = choice["finish_reason"].string_or_empty();
  completion.usage = read_usage(root["usage"]);
  return completion;
}

}  // namespace fluxgate
