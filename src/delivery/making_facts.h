// What clients are told of how their pictures were made.
#pragma once

#include <string>

#include "exchange/exchange.h"
#include "llm/prompt_origin.h"
#include "studio/making.h"

namespace fluxgate {

/// Appends `x-fluxgate-prompt`, where the prompt comes from; `x-fluxgate-size`, the size that the
/// backend was asked for; `x-fluxgate-ignored`, what the client gave that is not used;
/// `x-fluxgate-model`, what drew, as our list of models has it, where bytes that no header may have
/// are percent-encoded; `x-fluxgate-provider`, the dialect of its backend; `x-fluxgate-cost`, in US
/// dollars; and `x-fluxgate-ms`, for how long the request has been worked on. Those of which there
/// is nothing to tell are left out.
void append_facts(Response& response, const Exchange& exchange, PromptOrigin origin,
                  const Making& making);

/// The same as a JSON object, for streams, whose heads are out before anything is known.
std::string write_facts(const Exchange& exchange, PromptOrigin origin, const Making& making);

}  // namespace fluxgate
