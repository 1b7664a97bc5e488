#include "gateway/keys.h"

#include "base/ascii.h"

namespace fluxgate {

namespace {

/// The key that a client presents; empty when it presents none. Clients of other APIs send it in
/// their own headers, and some leave out the scheme.
std::string_view presented_key(const Headers& headers) {
  constexpr std::string_view kScheme = "bearer ";  // Case does not matter: RFC 9110 §11.1.
  const std::string_view credentials = trim(headers.find("authorization").value_or(""));
  if (starts_with_ignoring_case(credentials, kScheme)) {
    return trim(credentials.substr(kScheme.size()));
  }
  const bool has_scheme = credentials.find(' ') != std::string_view::npos ||
                          equals_ignoring_case(credentials, trim(kScheme));
  if (!credentials.empty() && !has_scheme) return credentials;
  for (const std::string_view name : {"x-api-key", "api-key"}) {
    const std::string_view key = trim(headers.find(name).value_or(""));
    if (!key.empty()) return key;
  }
  return {};
}

}  // namespace

Result<void> check_client_key(const Headers& headers, const Config& config) {
  if (config.client_keys.empty()) {
    return Error(ErrorCode::auth_not_configured,
                 "AUTHORIZED_API_KEY is not set, so no request can be let in.");
  }
  const std::string_view presented = presented_key(headers);
  if (presented.empty()) {
    return Error(ErrorCode::invalid_api_key,
                 "No API key was sent. Send it as the header Authorization: Bearer KEY.");
  }
  bool known = false;
  for (const std::string& key : config.client_keys) {
    known |= equal_in_constant_time(presented, key);
  }
  if (!known) return Error(ErrorCode::invalid_api_key, "The API key is not valid.");
  return {};
}

}  // namespace fluxgate
