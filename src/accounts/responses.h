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

/// Can responses be had again? Without a ledger for all instances a client could not tell which of
/// them it asks.
bool keeps_responses(const Exchange& exchange);

/// From now on the answer is recorded, and settle() keeps its section (Recording) as the response
/// of that id, which its client alone can have. Nothing where they are not kept.
void keep_response(Exchange& exchange, std::string_view id);
/// The same for one that is made in the background: it is made when the client has left, too. As
/// long as its picture is ordered and not there, it is `unfinished`, and its record tells what is
/// left to be done.
void keep_background_response(Exchange& exchange, std::string_view id, std::string unfinished);
/// The step that keeps it; nothing when there is nothing new. `error`: what the request has ended
/// with; may be null.
std::optional<LedgerStep> keep_response_step(Exchange& exchange, const Error* error);

/// The response of that id; nothing when there is none. Error: ledger_unavailable.
Task<std::optional<RecordedAnswer>> find_kept_response(Exchange& exchange, std::string_view id);
/// Lets go of it; was there one? Error: ledger_unavailable.
Task<bool> drop_kept_response(Exchange& exchange, std::string_view id);

}  // namespace fluxgate
