// One call of the optimiser's language model, up to the head of a good answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "effect/operations.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// A call and what is known of it, for the log.
struct LlmCall {
  /// Begins now, with one of the keys: another one for each request.
  LlmCall(const OptimiserSettings& optimiser, const Session& session);

  const OptimiserSettings& settings;
  std::size_t key;
  UnixMs asked_ms;
  int status = 0;  ///< Of the answer; 0 until it came.
};

/// Sends `body` to chat/completions and gives the answer if its status is 2xx. Errors, each with
/// its name in the log as the detail: upstream_unreachable (llm_unreachable), upstream_timeout
/// (llm_headers_timeout), content_policy_violation (llm_policy), and what failover/classify.h makes
/// of another status (llm_http_N). `call` must outlive the Task.
Task<UpstreamResponse> send_to_llm(LlmCall& call, std::string body, std::uint32_t headers_ms);

/// A client's request with the optimiser's model in the place of the one it names.
std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser);

/// Writes the call's line in the log: "llm_attempt", or the name of the failure.
void log_llm_call(Exchange& exchange, const LlmCall& call, const Error* failure);

/// A failure of the language model, under its name in the log.
Error llm_error(std::string name, ErrorCode code = ErrorCode::upstream_bad_response);

}  // namespace fluxgate
