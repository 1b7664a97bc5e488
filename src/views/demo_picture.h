// GET /demo.png: the pictures of FLUXGATE_DEMO=1, drawn when their link is opened.
#pragma once

#include "demo/address.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// Draws the test card. Error: path_not_found unless the demo is configured, or for an address that
/// demo/address.h never gives.
Task<> show_demo_picture(Exchange& exchange);

}  // namespace fluxgate
