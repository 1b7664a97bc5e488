// Requests that only a language model can answer: they go to the optimiser's, and its answer goes
// back as it is.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "gateway/exchange.h"
#include "gateway/gateway.h"
#include "openai/chat_request.h"

namespace fluxgate {

/// For a request with a ChatRequest::text_field: passes `body` on, unchanged but for the name of
/// the model, and the answer back, streamed or not. Errors: unsupported_parameter without an LLM;
/// what a failure of the LLM's server means (failover/classify.h), client_closed.
/// Log: one line, "llm_attempt" or "llm_http_N" and its kin.
Task<> pass_to_llm(const Gateway& gateway, Exchange& exchange, const ChatRequest& request,
                   Bytes body);

/// A client's request with the optimiser's model in the place of the one it names.
std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser);

}  // namespace fluxgate
