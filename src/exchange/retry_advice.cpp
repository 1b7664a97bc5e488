#include "exchange/retry_advice.h"

namespace fluxgate {

std::string_view retry_advice(const Error& error) {
  if (error.maybe_billed) return "false";
  switch (error.code) {
    case ErrorCode::overloaded:
    case ErrorCode::internal_error:
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::upstream_unavailable:
    case ErrorCode::upstream_busy: return "true";
    case ErrorCode::insufficient_quota: return "false";
    default: return error_status(error.code) >= 500 ? "false" : "";
  }
}

}  // namespace fluxgate
