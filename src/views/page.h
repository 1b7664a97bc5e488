// GET /: the page for people.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// A page that asks for pictures in the browser. It is one document with no other resource
/// than its pictures; the policy lets nothing run but its own script, and that one speak to nobody
/// but this gateway. Sources: assets/page*.
Task<> show_page(Exchange& exchange);

}  // namespace fluxgate
