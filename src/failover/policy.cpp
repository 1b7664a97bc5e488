#include "failover/policy.h"

#include <string>

namespace fluxgate {

Error judge_status(int status) {
  const std::string detail = "upstream status " + std::to_string(status);
  switch (status) {
    case 401:
    case 403:
      return Error(ErrorCode::upstream_auth_failed,
                   "The image backend does not accept the configured key.", detail);
    case 402:
      return Error(ErrorCode::insufficient_quota, "The image backend's quota is used up.", detail);
    case 404:
      return Error(ErrorCode::upstream_model_not_found,
                   "The image backend does not know this model.", detail);
    case 429:
      return Error(ErrorCode::rate_limit_exceeded, "The image backend is limiting requests.",
                   detail);
    default: break;
  }
  if (status >= 500) {
    return Error(ErrorCode::upstream_unavailable, "The image backend is unavailable.", detail);
  }
  if (status >= 400) {
    return Error(ErrorCode::upstream_rejected_request, "The image backend rejected the request.",
                 detail);
  }
  // A redirect is not followed: the key must not travel to another host.
  return Error(ErrorCode::upstream_bad_response, "The image backend answered with a redirect.",
               detail);
}

bool next_key_may_help(ErrorCode code) {
  switch (code) {
    case ErrorCode::upstream_auth_failed:
    case ErrorCode::insufficient_quota:
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::upstream_unavailable:
    case ErrorCode::upstream_unreachable: return true;
    default: return false;
  }
}

}  // namespace fluxgate
