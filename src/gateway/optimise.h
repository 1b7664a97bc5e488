// From an idea to a professional prompt.
#pragma once

#include <string>
#include <string_view>

#include "gateway/exchange.h"
#include "gateway/gateway.h"
#include "openai/chat_completion.h"

namespace fluxgate {

/// Whose words the prompt is; the value of the header x-fluxgate-prompt.
enum class PromptOrigin {
  optimized,  ///< The LLM's.
  original,   ///< The user's own: the LLM failed.
  local,      ///< Made by rules, since no LLM is configured.
};
std::string_view prompt_origin_name(PromptOrigin origin);

struct Prompt {
  std::string text;
  PromptOrigin origin = PromptOrigin::original;
  std::string thinking;  ///< What the LLM thought aloud; may be empty.
  Usage usage;           ///< The LLM's own count, or an estimate.
};

/// Best effort: whatever goes wrong with the LLM is logged and gives the user's own words. The one
/// error is content_policy_violation: a refusal is not got round with the raw idea.
Task<Prompt> optimise_prompt(const Gateway& gateway, Exchange& exchange, std::string idea,
                             std::string style_wishes);

}  // namespace fluxgate
