// The voice of the faces that speak as OpenAI's API does.
#pragma once

#include "exchange/voice.h"

namespace fluxgate {

/// `{"error":{...}}` (openai/error_body.h), in a stream as an event without a name, with
/// `"fluxgate":{"retry_after":42}` behind it when it is known in how many seconds to ask again.
extern const Voice kOpenAiVoice;

}  // namespace fluxgate
