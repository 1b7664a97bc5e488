// What the rules of this room ask about characters: white space of every script, quotation marks.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/utf8.h"

namespace fluxgate {

/// The code point that ends at `end`; {0, 0} at the start of the text. A damaged byte counts as
/// one.
CodePoint code_point_before(std::string_view text, std::size_t end);

/// White space within a line: space, tab, no-break, thin and ideographic spaces.
bool is_blank(char32_t value);
/// CR, LF, vertical tab, form feed, NEL, line and paragraph separators.
bool is_line_break(char32_t value);

/// The first place from `at` on that holds no blank.
std::size_t skip_blanks(std::string_view text, std::size_t at);
/// Where the blanks that end at `end` begin.
std::size_t skip_blanks_back(std::string_view text, std::size_t end);
/// The same two for blanks and line breaks.
std::size_t skip_white_space(std::string_view text, std::size_t at);
std::size_t skip_white_space_back(std::string_view text, std::size_t end);
/// `text` without white space at both ends.
std::string_view trim_white_space(std::string_view text);

/// Does `word`, in any ASCII case, end at `end`, with no ASCII letter, digit, `-` or `_` before it?
bool word_ends_at(std::string_view text, std::size_t end, std::string_view word);

struct QuotePair {
  std::string_view open;
  std::string_view close;
};

/// Quotation marks of prose; the first two pairs open and close with the same mark.
inline constexpr QuotePair kQuotePairs[] = {
    {"\"", "\""}, {"'", "'"}, {"“", "”"},   {"‘", "’"},   {"„", "“"},
    {"«", "»"},   {"‹", "›"}, {"「", "」"}, {"『", "』"}, {"＂", "＂"},
};

}  // namespace fluxgate
