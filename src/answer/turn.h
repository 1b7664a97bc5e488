// Reads what a language model decided about a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/loose_texts.h"

namespace fluxgate {

/// What a message asks for.
enum class Turn : std::uint8_t {
  picture,  ///< A new picture.
  edit,     ///< The last picture with a change.
  text,     ///< No picture: a text about the talk, or small talk.
};

struct TurnReading {
  Turn turn = Turn::picture;
  std::string_view rest;    ///< What stands behind the word, trimmed.
  std::size_t rest_at = 0;  ///< Where that begins in the answer, white space included.
  bool certain = false;     ///< No further byte of the answer changes `turn`.
};

/// Reads the first line of an answer without thinking: PICTURE, EDIT or TEXT, alone or with a colon
/// behind it; Markdown around the word does not matter. An answer without such a word is a picture:
/// so models answer that were not told, or forgot. `answer` may be cut off.
TurnReading read_turn(std::string_view answer);

/// A TEXT answer on its way to the client: everything that is a picture, a link or HTML in Markdown
/// loses its marks, since no such thing is ours. An answer that is JSON or code stays as it is:
/// programs read it.
///
/// Text goes on word by word: such marks hold no blank.
class TextFilter {
 public:
  /// Takes the next bytes and gives what can go on.
  std::string push(std::string_view text);
  /// Gives the rest.
  std::string finish();

 private:
  std::string take_data();

  std::string held_;
  bool begun_ = false;
  bool is_data_ = false;  ///< What comes belongs to JSON or code that the answer begins with.
  bool fenced_ = false;   ///< That is code between fences.
  std::uint32_t ticks_ = 0;
  std::uint32_t fences_ = 0;
  json::Extent extent_;  ///< Of JSON.
};

}  // namespace fluxgate
