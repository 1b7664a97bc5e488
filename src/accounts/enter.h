// The gate in front of everything that costs money.
#pragma once

#include <cstdint>

#include "exchange/exchange.h"

namespace fluxgate {

/// Lets a request go on that is about to have `count` pictures of `model` made; or, without a
/// model, a text written. Reserves what the client's limits count, in one transaction, which also
/// claims the request's Idempotency-Key and reads which keys of backends rest. settle() ends it.
/// `cache_s`: the field `cache` (accounts/cache.h).
///
/// A ledger that cannot be asked refuses nobody, unless LEDGER_REQUIRED is set: the log says that
/// limits did not hold. Errors: model_not_allowed, client_rate_limited, client_quota_exceeded,
/// ledger_unavailable, and those of accounts/once.h and accounts/cache.h.
Task<> enter(Exchange& exchange, const Model* model, std::uint32_t count,
             std::uint32_t cache_s = 0);

}  // namespace fluxgate
