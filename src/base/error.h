// Every reason why a request can fail, and the value that carries such a reason.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace fluxgate {

/// One code for each reason that a reader would tell apart. Each code has a name, which clients
/// read as `code`, and an HTTP status; error.cpp lists both. Whose fault the error is decides the
/// status: the client's 4xx, an upstream's 502 or 504, our configuration's 500.
enum class ErrorCode : std::uint8_t {
  // The client's request.
  invalid_api_key,
  method_not_allowed,
  path_not_found,
  request_too_large,
  request_timeout,
  unsupported_media_type,
  invalid_json,
  invalid_parameters,
  missing_model_field,
  model_not_found,
  unsupported_image_model,
  unsupported_parameter,
  empty_prompt,
  prompt_too_long,
  invalid_image,
  image_input_unsupported,
  mask_unsupported,
  content_policy_violation,
  forbidden,
  model_not_allowed,
  client_rate_limited,
  client_quota_exceeded,
  invalid_idempotency_key,
  idempotency_key_reused,
  idempotency_result_gone,
  image_gone,
  response_not_found,
  previous_response_not_found,
  client_closed,
  // The operator's configuration.
  auth_not_configured,
  configuration_error,
  // An upstream.
  upstream_unreachable,
  upstream_reset,
  upstream_timeout,
  upstream_bad_response,
  upstream_bad_url,
  upstream_bad_redirect,
  upstream_bad_status,
  upstream_error,
  upstream_model_not_found,
  upstream_auth_failed,
  upstream_rejected_request,
  upstream_not_an_image,
  upstream_too_large,
  upstream_unavailable,
  upstream_busy,
  rate_limit_exceeded,
  insufficient_quota,
  // Ourselves.
  overloaded,
  ledger_unavailable,
  too_many_calls,
  internal_error,
  unsupported_by_host,
  /// No failure: an answer that was recorded before is given once more.
  answered_before,
  /// No failure: the picture is ordered, and a later request gets it.
  picture_ordered,
};

/// The name that clients read in `error.code`, for example "invalid_api_key".
std::string_view error_code_name(ErrorCode code);

/// The HTTP status that answers this code, 400-599.
int error_status(ErrorCode code);

/// What went wrong, for the client and for the log. Neither text ever holds an API key or a prompt.
struct Error {
  Error(ErrorCode reason, std::string client_message, std::string log_detail = "");
  /// Makes an error of literals, as most errors are.
  Error(ErrorCode reason, const char* client_message, const char* log_detail = "");
  // Defined elsewhere: an error is moved in many places, and rarely is there one.
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();

  /// The same error, blamed on one field of the request ("messages", "model", ...).
  Error at(std::string_view field) && {
    param = field;
    return std::move(*this);
  }

  ErrorCode code;
  std::string message;  ///< Safe for the client: our own words, never an upstream's.
  std::string detail;   ///< For the log only.
  std::string param;    ///< The request field at fault; empty when there is none.
  /// After how long the client should ask again: the header retry-after. 1-60 s, and up to a day
  /// for a client's own limits. 0: we do not say.
  std::uint32_t retry_after_s = 0;
  /// A picture may have been made and billed before the failure: asking again may be billed again.
  bool maybe_billed = false;
};

}  // namespace fluxgate
