#include "openai/completion_call.h"

#include "base/ascii.h"
#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

Error bad_answer(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The prompt optimiser's answer is unusable.",
               std::move(detail));
}

/// The text of a message's content; nothing when it has none.
std::optional<std::string> read_content(json::Value content) {
  if (const auto text = content.string()) return std::string(*text);
  if (!content.is_array()) return std::nullopt;
  std::string joined;
  for (const json::Value part : content.items()) joined += part["text"].string_or_empty();
  return joined;
}

std::optional<Usage> read_usage(json::Value usage) {
  const auto prompt = usage["prompt_tokens"].integer();
  const auto completion = usage["completion_tokens"].integer();
  constexpr std::int64_t kMost = 1'000'000'000;  // Beyond this it is no count; sums stay in range.
  const auto sane = [](const std::optional<std::int64_t>& n) {
    return n && *n >= 0 && *n <= kMost;
  };
  if (!sane(prompt) || !sane(completion)) return std::nullopt;
  return Usage{*prompt, *completion};
}

}  // namespace

std::string write_completion_call(std::string_view model, std::string_view system_json,
                                  std::string_view user) {
  std::string body;
  body.reserve(system_json.size() + user.size() + 256);
  body += R"({"model":)";
  json::append_string(body, model);
  body += R"(,"messages":[{"role":"system","content":")";
  body += system_json;
  body += R"("},{"role":"user","content":)";
  json::append_string(body, user);
  body += R"(}],"stream":false})";
  return body;
}

Result<Completion> read_completion(std::string_view body) {
  if (trim(body).empty()) return bad_answer("llm_empty_body");
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return bad_answer("llm_bad_json");
  const json::Value root = document->root();
  if (!root["error"].absent()) {
    return Error(ErrorCode::upstream_error, "The prompt optimiser reported an error.",
                 "llm_error_in_200");
  }
  const json::Value choice = root["choices"].first();
  const json::Value message = choice["message"];
  std::optional<std::string> content = read_content(message["content"]);
  if (!content) return bad_answer("llm_bad_shape");

  Completion completion;
  completion.content = *std::move(content);
  completion.reasoning = message["reasoning_content"].string_or_empty();
  if (completion.reasoning.empty()) completion.reasoning = message["reasoning"].string_or_empty();
  completion.finish_reason = choice["finish_reason"].string_or_empty();
  completion.usage = read_usage(root["usage"]);
  return completion;
}

bool is_policy_refusal(std::string_view error_body) {
  Result<json::Document> document = json::Document::parse(error_body);
  if (!document) return false;
  const std::string_view code = document->root()["error"]["code"].string_or_empty();
  return code == "content_policy_violation" || code == "moderation_blocked" ||
         code == "content_filter";
}

}  // namespace fluxgate
