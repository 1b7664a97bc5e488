// The list of clients that a service of the host has.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// How old the list may become. Who was taken off it can ask for so long.
constexpr UnixMs kClientsKeptMs = 60'000;

/// Reads the list of the service CLIENTS when it was not read within kClientsKeptMs. One request
/// reads it, and others go on with the last good one meanwhile; before there is one, each reads it.
/// A list that cannot be read, or is wrong, changes nothing, and the log says so: "clients_failed".
Task<> refresh_clients(Exchange& exchange);

}  // namespace fluxgate
