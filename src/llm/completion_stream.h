// Reads an answer of chat/completions that comes as events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openai/usage.h"

namespace fluxgate {

/// The part of the answer that one event brings. Most events fill in one field, some none.
struct StreamDelta {
  std::string content;
  std::string reasoning;       ///< From `reasoning_content` or `reasoning`.
  std::string finish_reason;   ///< "stop", "length", "content_filter", ...; empty before the end.
  std::optional<Usage> usage;  ///< The counts for all events so far; those of the last event count.
};

/// Is this the data of the event that ends the stream, `[DONE]`? Ask before read_stream_delta(),
/// and also with what sse::Decoder::finish() gives: some servers leave out the blank line behind
/// it.
bool ends_stream(std::string_view data);

/// Reads the data of one event, a `chat.completion.chunk`. Blank data gives an empty delta. Damaged
/// UTF-8 becomes U+FFFD, as the event-stream standard says, and so does an escape of half a
/// character. Errors: upstream_bad_response (detail: llm_bad_json or llm_bad_shape), upstream_error
/// (an `error` object; detail: llm_error_in_stream). Source:
/// platform.openai.com/docs/api-reference/chat/streaming
Result<StreamDelta> read_stream_delta(std::string_view data);

}  // namespace fluxgate
