// Asks the optimiser's language model once and reads its answer, in whichever form it comes.
#pragma once

#include <string>
#include <string_view>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "openai/usage.h"

namespace fluxgate {

struct LlmQuestion {
  std::string body;  ///< The body of POST chat/completions.
  /// Gives the wanted text of an answer, which holds no thinking; empty when the answer has none.
  std::string (*clean)(std::string_view answer);
};

/// What the language model said.
struct LlmAnswer {
  std::string text;  ///< What LlmQuestion::clean gives; never empty.
  /// The thinking, from <think> tags or the fields for it, as much as a line of the log takes.
  std::string thinking;
  Usage usage;  ///< The model's own count, or an estimate.
};

/// Asks once and reads the answer as one JSON text or as a stream, whichever comes. Thinking goes
/// to `audience` while it arrives. `share` is the question's share of the load and becomes that of
/// a long answer; without room for the answer, the call fails. Errors: content_policy_violation,
/// when the model's server refuses the request for such reasons; client_closed; any other error
/// means that there is no answer. log_llm_call() writes one line.
Task<LlmAnswer> ask_llm(Exchange& exchange, Audience& audience, LlmQuestion question,
                        Budget::Share& share);

}  // namespace fluxgate
