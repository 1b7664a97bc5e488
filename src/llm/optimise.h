// Makes an idea a professional prompt.
#pragma once

#include <string>
#include <string_view>

#include "answer/turn.h"
#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "idea/options.h"
#include "llm/prompt_origin.h"
#include "openai/usage.h"

namespace fluxgate {

struct Prompt {
  std::string text;
  /// For Turn::text, `text` is the whole answer to the message, and nothing is to be drawn.
  Turn turn = Turn::picture;
  PromptOrigin origin = PromptOrigin::original;
  bool changes_last = false;  ///< It is the last prompt with a change.
  Usage usage;                ///< The LLM's own count, or an estimate.
  std::string thinking;       ///< See LlmAnswer::thinking.
};

/// What is known beside the idea.
struct IdeaContext {
  std::string style_wishes;
  std::string last_prompt;  ///< Of the picture made before, which the idea may ask to change.
  /// Action::edit needs a last prompt.
  Action action = Action::automatic;
  bool reads_sentences = false;  ///< Does the model that will draw read prose better than phrases?
  bool must_draw = false;        ///< A text is no answer; one that comes is none.
};

/// Lets the LLM read the message and write the prompt; when that fails, the prompt is the user's
/// own words, behind the last prompt when that is to be changed. `audience` hears the LLM's
/// thinking, and a text that needs no picture. Without an LLM rules write the prompt. An action
/// that the user has chosen stands, whatever the LLM or the rules take the message for. `idea` must
/// outlive the Task. Errors: content_policy_violation, since the raw idea must not get round a
/// refusal; client_closed.
Task<Prompt> optimise_prompt(Exchange& exchange, Audience& audience, std::string_view idea,
                             IdeaContext context);

/// The idea itself as the prompt, without control characters and the like.
Prompt prompt_as_it_is(std::string_view idea, PromptOrigin origin);

/// Tells the log who wrote the prompt, and where LOG_PROMPTS allows it idea, thinking and prompt.
void log_prompt(Exchange& exchange, std::string_view idea, const Prompt& prompt);

}  // namespace fluxgate
