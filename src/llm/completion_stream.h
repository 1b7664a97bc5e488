// The answer of somebody's chat/completions when it comes as events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openai/usage.h"

namespace fluxgate {

/// What one event adds to the answer. Most have one field filled in; any may have none.
struct StreamDelta {
  std::string content;
  std::string reasoning;       ///< From `reasoning_content` or `reasoning`.
  std::string finish_reason;   ///< "stop", "length", "content_filter", ...; empty before the end.
  std::optional<Usage> usage;  ///< Of all so far: where several events have one, the last counts.
};

/// Is this the data of the event that ends the stream, `[DONE]`? Ask before read_stream_delta(),
/// and about sse::Decoder::finish(), since some servers leave out the blank line behind it.
bool ends_stream(std::string_view data);

/// Reads the data of one event, a `chat.completion.chunk`. Data of nothing but white space says
/// nothing; damaged UTF-8 reads as U+FFFD, as the event-stream standard wants it, and so does an
/// escaped half of a character. Errors:
/// upstream_bad_response (detail: llm_bad_json or llm_bad_shape), upstream_error (an `error`
/// object; detail: llm_error_in_stream). Source:
/// platform.openai.com/docs/api-reference/chat/streaming
Result<StreamDelta> read_stream_delta(std::string_view data);

}  // namespace fluxgate
