// The options in an idea (`--seed 7`, `--no text`, `--raw`, `--new`, `--ar 16:9`), and the idea
// without them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "idea/ratio.h"
#include "picture/fields.h"

namespace fluxgate {

/// The longest idea that is read: the longest prompt that OpenAI's image models take. Every other
/// backend takes less.
constexpr std::size_t kMaxIdeaCharacters = 32'000;

/// What a message asks for by the user's own word, whatever it reads like.
enum class Action : std::uint8_t {
  automatic,  ///< It does not say.
  generate,   ///< `--new`: a new picture.
  edit,       ///< `--edit`: the last picture with a change.
};

struct Options {
  /// 0 to 4294967295, the range that image backends take.
  std::optional<std::uint32_t> seed;
  /// The words of all `--no`, joined by ", ": what must not be in the picture. May be empty.
  std::string negative_prompt;
  /// The user's words go to the image model as they are.
  bool raw = false;
  Action action = Action::automatic;
};

struct IdeaReading {
  /// The idea without ratio and options; byte for byte the idea when it holds none.
  std::string text;
  ImageSize size = kSquare;
  /// The ratio that was taken out (RatioReading::ratio), or that of words (shape_words.h); without
  /// one, the request's fields decide.
  std::optional<Ratio> ratio;
  /// Did the client ask for a shape, in words or in a field? If not, the size is the default one.
  bool size_is_asked = false;
  Finish finish = {};  ///< Of the request's fields.
  Options options;
};

/// Takes ratio (ratio.h) and options out of an idea.
///
/// A flag is `--` and its name in any case, also with the long dash that phones make of `--` (in no
/// idea with an aside: `a dog —no cat— on a beach`). It stands at the start or behind white space,
/// `--` also behind a comma, an opening bracket or a character of a script without spaces. In web
/// addresses, in code and in quoted text nothing is a flag, unless the quotation marks enclose the
/// whole idea.
/// - `--seed N`, `--seed=N`: ASCII or full-width digits. The first of several counts. A number
///   out of range, or glued to another character, is no option.
/// - `--no WORDS`: all words up to the next flag with a name (known or not) or the end of the line;
///   words of a script without spaces may follow at once.
/// - `--raw`, `--new`, `--edit`: nothing follows them but white space or punctuation. The first of
///   `--new` and `--edit` counts.
/// An option is taken out of the text with its flag (cut.h says how the sentence closes over the
/// gap); everything else stays. The ratio is read first, so `--no text 16:9` names a ratio. Words
/// for a shape are read last, and count when the idea names no ratio.
///
/// Linear in the length of the idea. Vectors: tests/vectors/idea/ours_options.json.
IdeaReading read_idea(std::string_view idea, const RatioTable& table);

/// Does a message say by `--raw`, `--new` or `--edit` that it wants a picture, although it may read
/// like small talk or an order for text? It does where a person writes such an option: at the start
/// of the message, or in a message of one line with no colon in front of the option. Elsewhere it
/// may belong to a message that a program has copied into its own, to have a title for it.
bool asks_for_picture(std::string_view message);

/// Completes what an idea says by the fields of its request: the words win.
void complete_idea(IdeaReading& idea, const PictureFields& fields, const RatioTable& table);

}  // namespace fluxgate
