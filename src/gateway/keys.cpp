#include "gateway/keys.h"

#include <utility>

#include "accounts/client_book.h"
#include "base/ascii.h"

namespace fluxgate {
namespace {

Error unknown_key() {
  return Error(ErrorCode::invalid_api_key, "The API key is not valid.");
}

}  // namespace

/// Clients of other APIs send it in their own headers, and some leave out the scheme.
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

Result<bool> find_client(Exchange& exchange) {
  const Config& config = exchange.config();
  if (config.clients.empty() && !config.services.has_clients) {
    return Error(ErrorCode::auth_not_configured,
                 "AUTHORIZED_API_KEY is not set, so no request can be let in.");
  }
  const std::string_view presented = presented_key(exchange.headers());
  if (presented.empty()) {
    return Error(ErrorCode::invalid_api_key,
                 "No API key was sent. Send it as the header Authorization: Bearer KEY.");
  }
  exchange.account().client = config.clients.find(presented);
  if (exchange.account().client != nullptr) return true;
  if (!config.services.has_clients) return unknown_key();
  return false;
}

Task<> find_listed_client(Exchange& exchange) {
  co_await refresh_clients(exchange);
  Account& account = exchange.account();
  account.list = exchange.instance().client_book().list;
  if (account.list == nullptr) {
    Error error(ErrorCode::overloaded, "The list of clients cannot be read; ask again soon.");
    error.retry_after_s = 1;
    co_await std::move(error);
  }
  account.client = account.list->find(presented_key(exchange.headers()));
  if (account.client == nullptr) co_await unknown_key();
}

}  // namespace fluxgate
