// The voice of the faces that speak as OpenAI's API does.
#pragma once

#include "exchange/voice.h"

namespace fluxgate {

/// `{"error":{...}}` (openai/error_body.h), in a stream as an event without a name.
extern const Voice kOpenAiVoice;

}  // namespace fluxgate
