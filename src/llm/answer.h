// Asks the optimiser's language model once and reads its answer, in whichever form it comes.
#pragma once

#include <string>
#include <string_view>

#include "answer/turn.h"
#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "llm/completion_call.h"
#include "openai/usage.h"

namespace fluxgate {

struct LlmQuestion {
  std::string body;  ///< The body of POST chat/completions.
  AnswerForm form;   ///< What it asks for.
  /// Gives the wanted text of an answer, which holds no thinking; empty when the answer has none.
  std::string (*clean)(std::string_view answer);
  /// Does the answer begin with a line that says what the message asks for (answer/turn.h)?
  bool reads_turn = false;
  /// Is a Turn::text no answer to it? The call fails then (llm_text), and the audience hears none.
  bool wants_picture = false;
};

/// What the language model said.
struct LlmAnswer {
  /// What LlmQuestion::clean gives; for Turn::text the text without foreign links. Never empty, but
  /// when a Turn::text that the audience has heard has turned into something else.
  std::string text;
  Turn turn = Turn::picture;
  /// The thinking, from <think> tags or the fields for it, as much as a line of the log takes.
  std::string thinking;
  Usage usage;  ///< The model's own count, or an estimate.
};

/// Asks once and reads the answer as one JSON text or as a stream, whichever comes. Thinking goes
/// to `audience` while it arrives, and so does the text of a Turn::text; one that breaks off then
/// counts as whole. `share` is the question's share of the load and becomes that of
/// a long answer; without room for the answer, the call fails. Errors: content_policy_violation,
/// when the model's server refuses the request for such reasons; client_closed; any other error
/// means that there is no answer. The log hears of each call.
Task<LlmAnswer> ask_llm(Exchange& exchange, Audience& audience, LlmQuestion question,
                        Budget::Share& share);

}  // namespace fluxgate
