// Makes an idea a professional prompt.
#pragma once

#include <string>
#include <string_view>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "llm/prompt_origin.h"
#include "openai/usage.h"

namespace fluxgate {

struct Prompt {
  std::string text;
  PromptOrigin origin = PromptOrigin::original;
  Usage usage;           ///< The LLM's own count, or an estimate.
  std::string thinking;  ///< See LlmAnswer::thinking.
};

/// Lets the LLM write the prompt; when that fails, the prompt is the user's own words. `audience`
/// hears the LLM's thinking. `idea` must outlive the Task. Errors: content_policy_violation, since
/// the raw idea must not get round a refusal; client_closed.
Task<Prompt> optimise_prompt(Exchange& exchange, Audience& audience, std::string_view idea,
                             std::string style_wishes);

/// The idea itself as the prompt, without control characters and the like.
Prompt prompt_as_it_is(std::string_view idea, PromptOrigin origin);

/// Where LOG_PROMPTS allows: a line "prompt" with idea, thinking and prompt.
void log_prompt(Exchange& exchange, std::string_view idea, const Prompt& prompt);

}  // namespace fluxgate
