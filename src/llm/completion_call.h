// Writes our own call of chat/completions and reads the answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openai/usage.h"

namespace fluxgate {

/// The form in which the answer is asked for.
enum class AnswerForm {
  whole,     ///< One JSON text: read_completion().
  streamed,  ///< Events, with token counts: llm/completion_stream.h.
};

/// The body of a call with one system and one user message. `system_json`: already escaped for
/// JSON, without quotes; it is large and constant, so it is escaped when the module is built.
/// `user`: plain UTF-8.
std::string write_completion_call(std::string_view model, std::string_view system_json,
                                  std::string_view user, AnswerForm form);

/// Takes out of a body of write_completion_call() what a server refuses. Returns whether it was
/// there.
bool leave_out_stream_options(std::string& body);
bool leave_out_system_role(std::string& body);

/// What the model said.
struct Completion {
  std::string content;
  std::string reasoning;       ///< From `reasoning_content` or `reasoning`.
  std::string finish_reason;   ///< "stop", "length", "content_filter", ...; empty if not told.
  std::optional<Usage> usage;  ///< Nothing when the server has not counted.
};

/// Reads a `chat.completion`. Content may be a string or an array of text parts. Errors:
/// upstream_bad_response (detail: llm_empty_body, llm_bad_json or llm_bad_shape), upstream_error
/// (an `error` object under status 200).
Result<Completion> read_completion(std::string_view body);

}  // namespace fluxgate
