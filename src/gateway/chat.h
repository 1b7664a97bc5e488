// POST /v1/chat/completions: an idea goes in, a picture comes out.
#pragma once

#include "gateway/exchange.h"
#include "gateway/gateway.h"

namespace fluxgate {

/// Errors: what openai/chat_request.h, gateway/optimise.h and gateway/generate_image.h say,
/// request_too_large, unsupported_image_model, empty_prompt, prompt_too_long.
Task<> chat_completions(Gateway& gateway, Exchange& exchange);

}  // namespace fluxgate
