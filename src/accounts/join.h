// Requests that an SDK sends again while the first one is still under way.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// The SDKs of OpenAI send no Idempotency-Key, but count how often they have sent a request
/// (x-stainless-retry-count). One that is sent again joins the equal one of the same client that is
/// under way in this instance, or has ended within kJoinedMs, and gets its answer; two that are
/// both sent for the first time are two wishes. Errors: answered_before, when account().replay is
/// the answer; client_closed.
Task<> join_running(Exchange& exchange);

/// Gives the answer of this request to those that have joined it, or lets them begin anew.
void end_joined(Exchange& exchange, const Error* error);

}  // namespace fluxgate
