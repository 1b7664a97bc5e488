// Receiving the body of a client's request.
#pragma once

#include "exchange/exchange.h"
#include "exchange/held_body.h"

namespace fluxgate {

/// All of it, with its share of the load from before it arrives. Errors: request_too_large beyond
/// MAX_REQUEST_BYTES, request_timeout, overloaded, client_closed.
Task<HeldBody> receive_body(Exchange& exchange);

}  // namespace fluxgate
