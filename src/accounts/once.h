// Idempotency-Key: what was asked for once is made once.
#pragma once

#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "ledger/steps.h"

namespace fluxgate {

/// How long an answer is kept for its repeats.
constexpr UnixMs kAnswerKeptMs = 86'400'000;
/// The same for a failure that may have been billed: who asks again after that means it.
constexpr UnixMs kBilledFailureKeptMs = 600'000;
/// How long work is kept that a repeat may take up: pictures that are ordered lie with their
/// backends for an hour at least.
constexpr UnixMs kLeftWorkKeptMs = 3'600'000;
/// How long a request may take that nobody hears of any more: the instance may be lost.
constexpr UnixMs kRunningMs = 600'000;
/// How long the work goes on behind a client that has left: Cloudflare allows 30 s.
constexpr std::uint32_t kAfterClientMs = 25'000;

/// The name of the record for the request's key; empty when it has none. Error:
/// invalid_idempotency_key.
Result<std::string> once_name(const Exchange& exchange);

/// The step that claims the record for a request that begins. One that takes up what an equal one
/// has left behind (account().taken_up) takes its record.
LedgerStep claim_step(const Exchange& exchange, std::string name);

/// Deals with a record that another request has claimed, whose text is `text`: waits while that is
/// under way. Returns when the record is gone, or work is left to be taken up: it may be claimed
/// then. Errors: answered_before, when account().replay is the recorded answer;
/// idempotency_key_reused, idempotency_result_gone, ledger_unavailable.
Task<> wait_for_answer(Exchange& exchange, std::string name, std::string text);

/// The step that ends the claim of this request: keeps its answer, or lets it go. `error`: what it
/// has ended with; may be null.
LedgerStep end_claim_step(Exchange& exchange, const Error* error);

}  // namespace fluxgate
