// Responses that can be had again by their ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "ledger/steps.h"

namespace fluxgate {

/// How long a response is kept: OpenAI's own time.
constexpr UnixMs kResponseKeptMs = 30 * 86'400'000LL;

/// From now on the answer is recorded, and settle() keeps its section (Recording) as the response
/// of that id, which its client alone can have. Nothing without a ledger for all instances: a
/// client could not tell which of them it asks.
void keep_response(Exchange& exchange, std::string_view id);
/// The step that keeps it.
LedgerStep keep_response_step(Exchange& exchange);

/// The response of that id; nothing when there is none. Error: ledger_unavailable.
Task<std::optional<RecordedAnswer>> find_kept_response(Exchange& exchange, std::string_view id);
/// Lets go of it; was there one? Error: ledger_unavailable.
Task<bool> drop_kept_response(Exchange& exchange, std::string_view id);

}  // namespace fluxgate
