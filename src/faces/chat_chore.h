// Text for the requests that chat programs make by themselves: titles, tags, follow-ups.
#pragma once

#include "chore/signs.h"
#include "exchange/exchange.h"
#include "exchange/held_body.h"
#include "faces/chat_answer.h"
#include "openai/chat_request.h"

namespace fluxgate {

/// Answers `chore` with the words of the optimiser's LLM, which gets the request as it came
/// (`body`), or, without one or when it fails, by rules. Never asks an image backend. Error:
/// client_closed.
Task<> answer_chore(Exchange& exchange, ChatAnswer& answer, Chore chore, ChatRequest request,
                    HeldBody body);

}  // namespace fluxgate
