#include "llm/optimise.h"

#include <utility>

#include "exchange/log_line.h"
#include "idea/visible_text.h"
#include "llm/answer.h"
#include "llm/completion_call.h"
#include "openai/chat_completion.h"
#include "prompt/clean_up.h"
#include "prompt/local_optimiser.h"
#include "prompt/non_reasoning.gen.h"
#include "prompt/reasoning.gen.h"

namespace fluxgate {
namespace {

std::string user_message(std::string_view idea, std::string_view style_wishes) {
  if (style_wishes.empty()) return std::string(idea);
  std::string message("Style wishes:\n");
  message.append(style_wishes).append("\n\nIdea:\n").append(idea);
  return message;
}

/// A model that thinks is read as a stream even for a client that wants a whole answer: it would
/// send nothing for longer than we wait for headers.
LlmQuestion optimiser_question(const OptimiserSettings& settings, std::string_view user,
                               bool streams) {
  const bool reasons = settings.mode == OptimiserMode::reasoning;
  const AnswerForm form = streams || reasons ? AnswerForm::streamed : AnswerForm::whole;
  return {write_completion_call(settings.model, reasons ? kReasoning : kNonReasoning, user, form),
          clean_prompt};
}

Prompt prompt_without_llm(std::string text, PromptOrigin origin, std::string_view idea) {
  const Usage usage{estimate_token_count(idea.size()), estimate_token_count(text.size())};
  return {std::move(text), origin, usage, ""};
}

Prompt optimise_by_rules(std::string_view idea) {
  std::string text = optimise_locally(idea);
  if (text.empty()) return prompt_as_it_is(idea, PromptOrigin::original);
  return prompt_without_llm(std::move(text), PromptOrigin::local, idea);
}

}  // namespace

Prompt prompt_as_it_is(std::string_view idea, PromptOrigin origin) {
  return prompt_without_llm(visible_text(idea), origin, idea);
}

Task<Prompt> optimise_prompt(Exchange& exchange, Audience& audience, std::string_view idea,
                             std::string style_wishes) {
  const Config& config = exchange.config();
  if (!config.optimiser) co_return optimise_by_rules(idea);

  LlmQuestion question = optimiser_question(*config.optimiser, user_message(idea, style_wishes),
                                            audience.hears_live());
  style_wishes = std::string();
  Budget::Share share = exchange.instance().load().text_bytes.take_nothing();
  Result<LlmAnswer> answer =
      co_await attempt(ask_llm(exchange, audience, std::move(question), share));
  if (answer) {
    co_return Prompt{std::move(answer->text), PromptOrigin::optimized, answer->usage,
                     std::move(answer->thinking)};
  }
  const ErrorCode code = answer.error().code;
  if (code == ErrorCode::content_policy_violation || code == ErrorCode::client_closed) {
    co_return std::move(answer).error();
  }
  audience.hear_progress("\n\nThe language model did not answer: your own words are drawn.\n");
  co_return prompt_as_it_is(idea, PromptOrigin::original);
}

void log_prompt(Exchange& exchange, std::string_view idea, const Prompt& prompt) {
  if (!exchange.config().log_prompts) return;
  LogLine(exchange, "prompt")
      .text("idea", idea)
      .text("thinking", prompt.thinking)
      .text("prompt", prompt.text)
      .write();
}

}  // namespace fluxgate
