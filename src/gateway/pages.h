// What anybody may see: the page for people and the sign of life.
#pragma once

#include "gateway/exchange.h"
#include "gateway/instance.h"

namespace fluxgate {

/// GET /: a page that asks for pictures in the browser. It is one document with no other resource
/// than its pictures; the policy lets nothing run but its own script, and that one speak to nobody
/// but this gateway. Sources: assets/page*.
Task<> show_page(Exchange& exchange);

/// GET /health: constant, whatever the configuration.
Task<> show_health(Exchange& exchange);

}  // namespace fluxgate
