// Calls the optimiser's language model, up to the head of a good answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "effect/operations.h"
#include "exchange/exchange.h"
#include "llm/completion_call.h"

namespace fluxgate {

/// A call, and what the log says about it.
struct LlmCall {
  /// The call begins now. `exchange` must outlive this.
  explicit LlmCall(Exchange& exchange);

  Exchange& exchange;
  const OptimiserSettings& settings;
  std::size_t key = 0;
  UnixMs asked_ms;  ///< When the first key was asked.
  UnixMs began_ms;  ///< When `key` was asked.
  int status = 0;   ///< The status of its answer; 0 until it came.
  std::string
      message;  ///< What the server says about a failure, without secrets and without our words.
  std::vector<Task<>> tellings = {};  ///< Of keys that rest, to other instances.
};

/// Sends `body` to chat/completions and gives the answer if its status is 2xx. A key that is
/// limited, without money or not accepted rests, and the next one is asked; a field that the server
/// refuses is left out, once, and from then on. Bodies of more than 256 KiB are sent once: no copy
/// is kept. An answer in the form `whole` may be waited for up to a second longer than its head.
/// Errors; the detail is the name in the log: upstream_unreachable (llm_unreachable),
/// upstream_timeout (llm_headers_timeout), content_policy_violation (llm_policy), and for another
/// status the error of failover/classify.h (llm_http_N). `call` must outlive the Task. Log:
/// each call but the last, as log_llm_call() tells it.
Task<UpstreamResponse> send_to_llm(LlmCall& call, std::string body, AnswerForm form,
                                   std::uint32_t headers_ms);

/// A client's request, with the optimiser's model in place of the model that it names.
std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser);

/// Tells the log how the call has ended: well, or with `failure`, whose detail is its name there.
void log_llm_call(const LlmCall& call, const Error* failure);

/// The error of a failed call; `name` is its name in the log.
Error llm_error(std::string name, ErrorCode code = ErrorCode::upstream_bad_response);

}  // namespace fluxgate
