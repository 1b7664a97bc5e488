// Receiving the body of a client's request.
#pragma once

#include "exchange/exchange.h"
#include "exchange/held_body.h"

namespace fluxgate {

/// Receives the whole body; its share of the load is taken before it arrives. Errors:
/// request_too_large beyond MAX_REQUEST_BYTES, request_timeout, overloaded, client_closed.
Task<HeldBody> receive_body(Exchange& exchange);

}  // namespace fluxgate
