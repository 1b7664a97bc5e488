// What was used: for a client its own, for the operator everybody's.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// GET /v1/usage: docs/keys.md describes the answer. Error: ledger_unavailable.
Task<> show_usage(Exchange& exchange);

}  // namespace fluxgate
