// Which handler answers which path.
#pragma once

#include "effect/task.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// Finds the handler, checks the method, the client's key and the configuration, and lets the
/// handler answer. Errors (nothing was answered then): path_not_found, method_not_allowed, what
/// gateway/keys.h says, configuration_error, and the handler's own.
Task<> dispatch(Exchange& exchange);

}  // namespace fluxgate
