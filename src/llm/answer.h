// What the optimiser's language model says to one call, whichever way it says it.
#pragma once

#include <string>
#include <string_view>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "openai/usage.h"

namespace fluxgate {

struct LlmQuestion {
  std::string body;  ///< Of POST chat/completions.
  /// Makes the wanted text of an answer without its thinking; empty when there is none in it.
  std::string (*clean)(std::string_view answer);
};

/// What the language model said.
struct LlmAnswer {
  std::string text;  ///< As LlmQuestion::clean gives it; never empty.
  /// From <think> or from fields of its own: as much of it as a line of the log takes.
  std::string thinking;
  Usage usage;  ///< The model's own count, or an estimate.
};

/// Asks once and reads the answer as one JSON text or as a stream, whichever comes. Thinking goes
/// to `audience` while it arrives. `share` is that of the question; of a long answer it becomes the
/// share, and without room for it there is none. Errors: content_policy_violation, when the model's
/// server refuses the request for such reasons; client_closed; all others mean that there is no
/// answer. Log: one line, as log_llm_call() writes it.
Task<LlmAnswer> ask_llm(Exchange& exchange, Audience& audience, LlmQuestion question,
                        Budget::Share& share);

}  // namespace fluxgate
