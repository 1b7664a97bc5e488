// GET /health: the sign of life.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Constant, whatever the configuration.
Task<> show_health(Exchange& exchange);

}  // namespace fluxgate
