// Who may ask.
#pragma once

#include <string_view>

#include "effect/task.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// The key that a client presents; empty when it presents none. Valid as long as `headers`.
std::string_view presented_key(const Headers& headers);

/// Finds the client that asks, for exchange.client(). A client sends its key as
/// `Authorization: Bearer KEY`, `Authorization: KEY`, `x-api-key` or `api-key`. Every configured
/// key is compared in constant time; where the host has the service CLIENTS, a key that is not
/// configured is looked for in its list. Errors: auth_not_configured (fails closed),
/// invalid_api_key, overloaded while that list cannot be read.
Task<> let_in(Exchange& exchange);

}  // namespace fluxgate
