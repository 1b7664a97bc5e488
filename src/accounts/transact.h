// The ledger, as requests speak with it.
#pragma once

#include <vector>

#include "exchange/exchange.h"
#include "ledger/steps.h"

namespace fluxgate {

/// How long a request waits for the ledger: it is asked before anything is made, and a person
/// waits. Some hundred requests at once take the one ledger longer than half a second, and whoever
/// sends them should not have a day without limits.
constexpr std::uint32_t kLedgerMs = 2'000;
/// The same for services that nothing depends on.
constexpr std::uint32_t kServiceMs = 500;

/// One transaction with the ledger of all instances, or of this one where the host has none. Error:
/// ledger_unavailable, when it is down, slow or full: nobody knows what was done.
Task<LedgerAnswer> transact(Exchange& exchange, std::vector<LedgerStep> steps);

}  // namespace fluxgate
