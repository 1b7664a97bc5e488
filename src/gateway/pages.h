// What anybody may see: the welcome page and the sign of life.
#pragma once

#include "gateway/exchange.h"
#include "gateway/gateway.h"

namespace fluxgate {

/// GET /: one page of HTML, no third-party resource, a strict content security policy.
Task<> show_welcome(Gateway& gateway, Exchange& exchange);

/// GET /health: constant, whatever the configuration.
Task<> show_health(Gateway& gateway, Exchange& exchange);

}  // namespace fluxgate
