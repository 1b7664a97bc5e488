// What the first bytes of somebody's chat/completions tell of the rest.
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
/// bracket. Servers label both as they like. `text` has no white space at its start.
bool starts_like_events(std::string_view text);

/// Judges an answer, whole or streamed, by `text`, its beginning. Comments and all other fields in
/// front of the first event's data say nothing. Of an object that is cut off, only an `error` in
/// front of all else is seen; of an event, the first line of its data.
AnswerBeginning judge_answer_beginning(std::string_view text);

}  // namespace fluxgate
