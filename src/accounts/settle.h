// Closes the account of a request.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Tells the ledger, in one transaction, what the request has come to: what was reserved and not
/// used is given back, what was made or may be billed is counted, the answer is kept for the
/// repeats of its Idempotency-Key or let go; and, for all instances, which keys rest and how the
/// backends have done. `error`: what the request has ended with; null when it went well. Log:
/// `ledger` when the ledger did not take it.
Task<> settle(Exchange& exchange, const Error* error);

/// Tells other instances at once that a call has made a key rest, where they share that: by the
/// time a request is over, it may rest no more. Nothing when it does not rest. Never fails.
Task<> tell_rest(Exchange& exchange, const KeyRing& keys, std::size_t key, const Verdict& verdict);

/// Gives a data point to the service EVENTS, where there is one. docs/keys.md lists its columns.
Task<> tell_event(Exchange& exchange, std::string_view outcome, const Error* error);

}  // namespace fluxgate
