#include "exchange/retry_advice.h"

namespace fluxgate {

std::string_view retry_advice(const Error& error) {
  if (error.maybe_billed) return "false";
  switch (error.code) {
    case ErrorCode::overloaded:
    case ErrorCode::internal_error:
    case ErrorCode::ledger_unavailable:
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::client_rate_limited:
    case ErrorCode::upstream_unavailable:
    case ErrorCode::upstream_busy: return "true";
    // An AI SDK asks again after any 409.
    case ErrorCode::client_quota_exceeded:
    case ErrorCode::idempotency_result_gone:
    case ErrorCode::insufficient_quota: return "false";
    default: return error_status(error.code) >= 500 ? "false" : "";
  }
}

}  // namespace fluxgate
