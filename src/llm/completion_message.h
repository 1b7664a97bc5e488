// Reads the parts that a whole answer of chat/completions and the deltas of a stream have in
// common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/document.h"

namespace fluxgate {

/// The text of a message's or delta's content, a string or an array of text parts; nothing when it
/// has neither.
std::optional<std::string> read_message_content(json::Value content);

/// The thinking of a message or delta: `reasoning_content` (DeepSeek's name for it) or `reasoning`
/// (OpenRouter's).
std::string_view read_message_reasoning(json::Value message);

/// The error upstream_bad_response. `detail`: llm_bad_json, llm_bad_shape, ...
Error unusable_completion(std::string detail);

/// The error upstream_error: the server sent an `error` object. `detail` says where.
Error reported_by_completion(std::string detail);

}  // namespace fluxgate
