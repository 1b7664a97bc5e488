// The headers that tell what became of a client's wishes.
#pragma once

#include "exchange/exchange.h"
#include "studio/fit.h"

namespace fluxgate {

/// Appends `x-fluxgate-size`, the size that the backend was asked for, and `x-fluxgate-ignored`,
/// what the client gave that is not used, if there is anything.
void append_fit(Response& response, const Fit& fit);

}  // namespace fluxgate
