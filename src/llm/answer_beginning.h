// Judges an answer of chat/completions by its first bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

enum class AnswerBeginning : std::uint8_t {
  unclear,  ///< More bytes are needed.
  good,     ///< JSON or events that do not begin with an error.
  error,    ///< `{"error":...}`, alone or as the first event.
  foreign,  ///< Neither a JSON object nor events.
};

/// Does an answer begin as events do, with the name of a field or a comment? JSON begins with a
/// bracket. The content-type says nothing: servers label both as they like. `text` must have no
/// white space at its start.
bool starts_like_events(std::string_view text);

/// Judges an answer, whole or streamed, by its beginning, `text`. Comments and other fields before
/// the first event's data are passed over. In an object that is cut off, an `error` is seen only as
/// the first member; in an event, only in the first line of its data.
AnswerBeginning judge_answer_beginning(std::string_view text);

}  // namespace fluxgate
