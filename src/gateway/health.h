// GET /health: the sign of life.
#pragma once

#include "gateway/exchange.h"

namespace fluxgate {

/// Constant, whatever the configuration.
Task<> show_health(Exchange& exchange);

}  // namespace fluxgate
