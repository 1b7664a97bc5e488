// Who may ask.
#pragma once

#include <string_view>

#include "effect/task.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// The key that a client presents; empty when it presents none. Valid as long as `headers`.
std::string_view presented_key(const Headers& headers);

/// Finds the client that asks among those that are configured, for exchange.client(). A client
/// sends its key as `Authorization: Bearer KEY`, `Authorization: KEY`, `x-api-key` or `api-key`.
/// Every configured key is compared in constant time. False: it may be in the list that the host
/// has. Errors: auth_not_configured (fails closed), invalid_api_key.
Result<bool> find_client(Exchange& exchange);

/// Finds it in the list of the service CLIENTS. Errors: invalid_api_key, overloaded while that list
/// cannot be read.
Task<> find_listed_client(Exchange& exchange);

}  // namespace fluxgate
