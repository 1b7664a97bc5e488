// Requests that only a language model can answer: they go to the optimiser's, and its answer goes
// back as it is.
#pragma once

#include <string>

#include "exchange/exchange.h"
#include "exchange/held_body.h"

namespace fluxgate {

/// For a request with a ChatRequest::text_field: passes `body` on, unchanged but for the name of
/// the model, and the answer back, streamed or not. Errors: unsupported_parameter without an LLM,
/// blamed on `text_field`; what a failure of the LLM's server means (failover/classify.h),
/// upstream_bad_response for an answer that is neither JSON nor events, client_closed.
Task<> pass_to_llm(Exchange& exchange, std::string text_field, HeldBody body);

}  // namespace fluxgate
