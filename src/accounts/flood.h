// Against floods.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Asks the service RATES, where there is one, whether this client comes too often. A service that
/// fails refuses nobody. Error: client_rate_limited.
Task<> check_flood(Exchange& exchange);

}  // namespace fluxgate
