// POST /v1/chat/completions: an idea goes in, pictures come out; or text, where text is wanted.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Errors: what openai/chat_request.h, talk/pass_to_llm.h, llm/optimise.h and
/// studio/make_pictures.h say, request_too_large, unsupported_image_model, empty_prompt,
/// prompt_too_long.
Task<> chat_completions(Exchange& exchange);

}  // namespace fluxgate
