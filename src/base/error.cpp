#include "base/error.h"

namespace fluxgate {
namespace {

struct Entry {
  std::string_view name;
  int status;
};

// A switch, so that the compiler names a code that was forgotten.
constexpr Entry entry(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_api_key: return {"invalid_api_key", 401};
    case ErrorCode::method_not_allowed: return {"method_not_allowed", 405};
    case ErrorCode::path_not_found: return {"path_not_found", 404};
    case ErrorCode::request_too_large: return {"request_too_large", 413};
    case ErrorCode::request_timeout: return {"request_timeout", 408};
    case ErrorCode::unsupported_media_type: return {"unsupported_media_type", 415};
    case ErrorCode::invalid_json: return {"invalid_json", 400};
    case ErrorCode::invalid_parameters: return {"invalid_parameters", 400};
    case ErrorCode::missing_model_field: return {"missing_model_field", 400};
    case ErrorCode::model_not_found: return {"model_not_found", 404};
    case ErrorCode::unsupported_image_model: return {"unsupported_image_model", 400};
    case ErrorCode::unsupported_parameter: return {"unsupported_parameter", 400};
    case ErrorCode::empty_prompt: return {"empty_prompt", 400};
    case ErrorCode::prompt_too_long: return {"prompt_too_long", 400};
    case ErrorCode::invalid_image: return {"invalid_image", 400};
    case ErrorCode::image_input_unsupported: return {"image_input_unsupported", 400};
    case ErrorCode::mask_unsupported: return {"mask_unsupported", 400};
    case ErrorCode::content_policy_violation: return {"content_policy_violation", 400};
    case ErrorCode::forbidden: return {"forbidden", 403};
    case ErrorCode::model_not_allowed: return {"model_not_allowed", 403};
    case ErrorCode::client_rate_limited: return {"client_rate_limited", 429};
    case ErrorCode::client_quota_exceeded: return {"client_quota_exceeded", 429};
    case ErrorCode::invalid_idempotency_key: return {"invalid_idempotency_key", 400};
    case ErrorCode::idempotency_key_reused: return {"idempotency_key_reused", 422};
    case ErrorCode::idempotency_result_gone: return {"idempotency_result_gone", 409};
    case ErrorCode::image_gone: return {"image_gone", 404};
    case ErrorCode::response_not_found: return {"response_not_found", 404};
    case ErrorCode::previous_response_not_found: return {"previous_response_not_found", 400};
    case ErrorCode::client_closed: return {"client_closed", 499};
    case ErrorCode::auth_not_configured: return {"auth_not_configured", 500};
    case ErrorCode::configuration_error: return {"configuration_error", 500};
    case ErrorCode::upstream_unreachable: return {"upstream_unreachable", 502};
    case ErrorCode::upstream_reset: return {"upstream_reset", 502};
    case ErrorCode::upstream_timeout: return {"upstream_timeout", 504};
    case ErrorCode::upstream_bad_response: return {"upstream_bad_response", 502};
    case ErrorCode::upstream_bad_url: return {"upstream_bad_url", 502};
    case ErrorCode::upstream_bad_redirect: return {"upstream_bad_redirect", 502};
    case ErrorCode::upstream_bad_status: return {"upstream_bad_status", 502};
    case ErrorCode::upstream_error: return {"upstream_error", 502};
    case ErrorCode::upstream_model_not_found: return {"upstream_model_not_found", 502};
    case ErrorCode::upstream_auth_failed: return {"upstream_auth_failed", 502};
    case ErrorCode::upstream_rejected_request: return {"upstream_rejected_request", 400};
    case ErrorCode::upstream_not_an_image: return {"upstream_not_an_image", 502};
    case ErrorCode::upstream_too_large: return {"upstream_too_large", 502};
    case ErrorCode::upstream_unavailable: return {"upstream_unavailable", 503};
    case ErrorCode::upstream_busy: return {"upstream_busy", 503};
    case ErrorCode::rate_limit_exceeded: return {"rate_limit_exceeded", 429};
    case ErrorCode::insufficient_quota: return {"insufficient_quota", 429};
    case ErrorCode::overloaded: return {"overloaded", 503};
    case ErrorCode::ledger_unavailable: return {"ledger_unavailable", 503};
    case ErrorCode::too_many_calls: return {"too_many_calls", 503};
    case ErrorCode::internal_error: return {"internal_error", 500};
    case ErrorCode::unsupported_by_host: return {"unsupported_by_host", 500};
    case ErrorCode::answered_before: return {"answered_before", 200};
    case ErrorCode::picture_ordered: return {"picture_ordered", 200};
  }
  return {"internal_error", 500};
}

}  // namespace

Error::Error(ErrorCode reason, std::string client_message, std::string log_detail)
    : code(reason), message(std::move(client_message)), detail(std::move(log_detail)) {}
Error::Error(ErrorCode reason, const char* client_message, const char* log_detail)
    : code(reason), message(client_message), detail(log_detail) {}

Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

std::string_view error_code_name(ErrorCode code) {
  return entry(code).name;
}
int error_status(ErrorCode code) {
  return entry(code).status;
}

}  // namespace fluxgate
