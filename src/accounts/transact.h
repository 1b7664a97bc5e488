// The ledger, as requests speak with it.
#pragma once

#include <vector>

#include "exchange/exchange.h"
#include "ledger/steps.h"

namespace fluxgate {

/// How long a request waits for a service: it is asked before anything is made, and a person waits.
constexpr std::uint32_t kServiceMs = 500;
/// How much longer it waits for the ledger for each other request of this instance that does. One
/// ledger answers one after the other, and whoever sends some hundred requests at once should not
/// have them without limits.
constexpr std::uint32_t kLedgerQueueMs = 40;
/// The longest wait for it.
constexpr std::uint32_t kMostLedgerMs = 5'000;

/// One transaction with the ledger of all instances, or of this one where the host has none. Error:
/// ledger_unavailable, when it is down, slow or full: nobody knows what was done;
/// overloaded, when there is no room for what it tells.
Task<LedgerAnswer> transact(Exchange& exchange, std::vector<LedgerStep> steps);

}  // namespace fluxgate
