// Answers for programs that ask the same again soon and send no Idempotency-Key.
#pragma once

#include <string>

#include "exchange/exchange.h"
#include "ledger/steps.h"

namespace fluxgate {

/// How long an answer is kept: a client that has given up waiting asks again within minutes.
constexpr UnixMs kKeptAnswerMs = 600'000;
/// Longer ones are not kept.
constexpr std::size_t kMostKeptAnswerBytes = 64 * 1024;

/// The answer that is kept under `name`, for which it waits while another request makes it. Empty
/// when there is none: this request has to make it then, goes on when its client leaves, and
/// settle() keeps account().kept_text.
Task<std::string> find_kept_answer(Exchange& exchange, std::string name);

/// The step that keeps what find_kept_answer() has made this request make, or lets it go.
LedgerStep keep_answer_step(Account& account, UnixMs now_ms);

}  // namespace fluxgate
