// Text for the requests that chat programs make by themselves: titles, tags, follow-ups.
#pragma once

#include <string>
#include <string_view>

#include "chore/signs.h"
#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "exchange/held_body.h"
#include "llm/completion_call.h"
#include "openai/talk.h"
#include "openai/usage.h"

namespace fluxgate {

/// Is the last message of a talk a chore?
Chore chore_in(const Talk& talk, const Headers& headers);

/// A text that is the whole answer.
struct TextAnswer {
  std::string text;
  Usage usage;
};

/// Has the optimiser's LLM answer `body`, a request of chat/completions that asks for `form`.
/// `audience` hears its thinking. `body` must outlive the answer, whose share of the load its share
/// becomes. Errors: unsupported_parameter without an LLM, blamed on `blamed`;
/// those of ask_llm().
Task<TextAnswer> answer_by_llm(Exchange& exchange, Audience& audience, std::string_view blamed,
                               AnswerForm form, HeldBody& body);

/// What rules say to a chore.
TextAnswer answer_by_rules(const Chore& chore, const Talk& talk);

/// Answers `chore` as answer_by_llm() does, or, without an LLM or when it fails, with `otherwise`.
/// Never asks an image backend. Error: client_closed.
Task<TextAnswer> answer_chore(Exchange& exchange, Audience& audience, Chore chore,
                              TextAnswer otherwise, AnswerForm form, HeldBody& body);

}  // namespace fluxgate
