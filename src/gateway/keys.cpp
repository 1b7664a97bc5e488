#include "gateway/keys.h"

#include "base/ascii.h"

namespace fluxgate {

Result<void> check_client_key(const Headers& headers, const Config& config) {
  if (config.client_keys.empty()) {
    return Error(ErrorCode::auth_not_configured,
                 "AUTHORIZED_API_KEY is not set, so no request can be let in.");
  }
  const std::string_view credentials = headers.find("authorization").value_or("");
  constexpr std::string_view kScheme = "bearer ";  // Case does not matter: RFC 9110 §11.1.
  if (!starts_with_ignoring_case(credentials, kScheme)) {
    return Error(ErrorCode::invalid_api_key,
                 "No API key was sent. Send it as the header Authorization: Bearer KEY.");
  }
  const std::string_view presented = trim(credentials.substr(kScheme.size()));
  bool known = false;
  for (const std::string& key : config.client_keys) {
    known |= equal_in_constant_time(presented, key);
  }
  if (!known) return Error(ErrorCode::invalid_api_key, "The API key is not valid.");
  return {};
}

}  // namespace fluxgate
