// GET /health: the sign of life, and whether all is well.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Constant, whatever the configuration.
Task<> show_health(Exchange& exchange);

/// What is set up, what each upstream says to each key, and advice. One check serves all who ask
/// within a minute. Errors: overloaded, while another request waits for the check; client_closed.
Task<> check_health(Exchange& exchange);

}  // namespace fluxgate
