#include "gateway/optimise.h"

#include "gateway/log_line.h"
#include "openai/completion_call.h"
#include "prompt/clean_up.h"
#include "prompt/local_optimiser.h"
#include "prompt/non_reasoning.gen.h"
#include "prompt/reasoning.gen.h"
#include "prompt/thinking.h"

namespace fluxgate {
namespace {

/// A chat answer of 40 words has under 2 KiB; with thinking, up to some 100 KiB.
constexpr std::uint32_t kMaxAnswerBytes = 1024 * 1024;
constexpr std::uint32_t kIdleMs = 15'000;
/// Everything. A model that thinks needs longer and, since we do not stream, sends nothing before
/// it is done.
constexpr std::uint32_t kDirectTotalMs = 30'000;
constexpr std::uint32_t kReasoningTotalMs = 90'000;

std::string user_message(std::string_view idea, std::string_view style_wishes) {
  if (style_wishes.empty()) return std::string(idea);
  std::string message("Style wishes:\n");
  message.append(style_wishes).append("\n\nIdea:\n").append(idea);
  return message;
}

Request completion_request(const OptimiserSettings& settings, std::string_view user,
                           std::size_t key) {
  const bool reasons = settings.mode == OptimiserMode::reasoning;
  Request request;
  request.method = Method::post;
  request.url = settings.chat_url;
  request.headers.append("authorization", "Bearer " + settings.keys[key])
      .append("content-type", "application/json")
      .append("accept", "application/json");
  request.body = write_completion_call(settings.model, reasons ? kReasoning : kNonReasoning, user,
                                       AnswerForm::whole);
  return request;
}

Error llm_error(std::string detail) {
  return Error(ErrorCode::upstream_error, "The prompt optimiser failed.", std::move(detail));
}

/// Asks the LLM once. Errors: content_policy_violation, and everything that means "use the user's
/// own words".
Task<Completion> ask(Request request) {
  UpstreamResponse answer = co_await fetch(std::move(request));
  const int status = answer.status;
  const Bytes body = co_await collect(std::move(answer.body), {kMaxAnswerBytes, kIdleMs});
  if (status == 400 && is_policy_refusal(body.view())) {
    co_return Error(ErrorCode::content_policy_violation,
                    "The prompt optimiser refused the idea for reasons of its content policy.",
                    "llm_policy");
  }
  if (status < 200 || status > 299) co_return llm_error("llm_http_" + std::to_string(status));
  co_return read_completion(body.view());
}

/// The prompt in what the LLM said, or why there is none.
Result<Prompt> read_prompt(Completion completion, std::string_view user) {
  if (completion.finish_reason == "content_filter") return llm_error("llm_content_filter");
  ThinkSplit split = split_thinking(completion.content);
  if (split.unclosed) return llm_error("llm_think_unclosed");
  Prompt prompt;
  prompt.text = clean_prompt(split.answer);
  if (prompt.text.empty()) return llm_error("llm_empty_prompt");
  prompt.origin = PromptOrigin::optimized;
  prompt.thinking = split.thinking.empty() ? completion.reasoning : split.thinking;
  prompt.usage = completion.usage.value_or(
      Usage{estimate_token_count(user),
            estimate_token_count(completion.content) + estimate_token_count(completion.reasoning)});
  return prompt;
}

Prompt without_llm(std::string text, PromptOrigin origin, std::string_view idea) {
  Prompt prompt;
  prompt.usage = {estimate_token_count(idea), estimate_token_count(text)};
  prompt.text = std::move(text);
  prompt.origin = origin;
  return prompt;
}

Prompt optimise_by_rules(std::string_view idea) {
  std::string text = optimise_locally(idea);
  if (text.empty()) return without_llm(std::string(idea), PromptOrigin::original, idea);
  return without_llm(std::move(text), PromptOrigin::local, idea);
}

/// The name of a failure in the log.
std::string_view failure_name(const Error& error) {
  return error.code == ErrorCode::upstream_unreachable ? "llm_unreachable"
                                                       : std::string_view(error.detail);
}

}  // namespace

std::string_view prompt_origin_name(PromptOrigin origin) {
  switch (origin) {
    case PromptOrigin::optimized: return "optimized";
    case PromptOrigin::original: return "original";
    case PromptOrigin::local: return "local";
  }
  return "";
}

Task<Prompt> optimise_prompt(const Gateway& gateway, Exchange& exchange, std::string idea,
                             std::string style_wishes) {
  const auto& settings = gateway.config().optimiser;
  if (!settings) {
    Prompt prompt = optimise_by_rules(idea);
    if (gateway.config().log_prompts) {
      LogLine(exchange, "prompt").text("idea", idea).text("prompt", prompt.text).write();
    }
    co_return std::move(prompt);
  }

  const UnixMs asked_ms = exchange.session().now_ms();
  const std::size_t key = exchange.session().randomness()[0] % settings->keys.size();
  const std::string user = user_message(idea, style_wishes);
  const std::uint32_t total_ms =
      settings->mode == OptimiserMode::reasoning ? kReasoningTotalMs : kDirectTotalMs;
  Result<Completion> completion = co_await attempt(with_deadline(
      ask(completion_request(*settings, user, key)), total_ms, llm_error("llm_timeout")));
  Result<Prompt> prompt = completion ? read_prompt(*std::move(completion), user)
                                     : Result<Prompt>(std::move(completion).error());

  LogLine line(exchange, "prompt");
  line.number("key", static_cast<std::int64_t>(key))
      .number("ms", exchange.session().now_ms() - asked_ms)
      .text("error", prompt ? "" : failure_name(prompt.error()));
  if (gateway.config().log_prompts) {
    line.text("idea", idea);
    if (prompt) line.text("thinking", prompt->thinking).text("prompt", prompt->text);
  }
  line.write();

  if (prompt) co_return prompt;
  if (prompt.error().code == ErrorCode::content_policy_violation) co_return prompt;
  co_return without_llm(idea, PromptOrigin::original, idea);
}

}  // namespace fluxgate
