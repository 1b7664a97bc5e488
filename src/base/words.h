// Looks for words of many languages in a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace fluxgate {

/// Calls `use` with each word of `words`, which '|' separates, until it answers false.
template <typename Use>
constexpr void each_word(std::string_view words, Use use) {
  for (bool more = !words.empty(); more;) {
    const std::size_t bar = words.find('|');
    more = use(words.substr(0, bar)) && bar != std::string_view::npos;
    if (more) words.remove_prefix(bar + 1);
  }
}

constexpr std::size_t count_listed(std::string_view words) {
  std::size_t count = 0;
  each_word(words, [&](std::string_view) { return ++count > 0; });
  return count;
}

/// The entry of `table` whose place is the first, as `place_of` tells; null when it tells npos of
/// all.
template <typename Entry, std::size_t count, typename PlaceOf>
const Entry* first_placed(std::span<const Entry, count> table, PlaceOf place_of) {
  const Entry* found = nullptr;
  std::size_t first = std::string_view::npos;
  for (const Entry& entry : table) {
    const std::size_t at = place_of(entry);
    if (at >= first) continue;
    first = at;
    found = &entry;
  }
  return found;
}

/// The first place in `text`, which is in lower case, of any of `words`, which '|' separates; npos
/// when there is none. A word that begins with an ASCII letter must stand alone, but for a plural's
/// "s" and, when an asterisk ends it, any letters behind it. Others are found anywhere: in their
/// scripts words run together, or change their endings.
std::size_t find_any(std::string_view text, std::string_view words);

/// The same for one of those words.
std::size_t find_word(std::string_view text, std::string_view word);

/// Which pairs of neighbouring bytes may occur in a text: most words that are looked for begin with
/// one that does not.
class PairsIn {
 public:
  /// Where a pair of bytes is noted.
  static constexpr std::size_t place_of(char first, char second) {
    return (static_cast<unsigned char>(first) * 31u + static_cast<unsigned char>(second)) % 2048;
  }

  explicit PairsIn(std::string_view text) {
    for (std::size_t at = 1; at < text.size(); ++at) {
      const std::size_t place = place_of(text[at - 1], text[at]);
      bits_[place / 32] |= 1u << place % 32;
    }
  }

  bool holds(std::size_t place) const { return (bits_[place / 32] >> place % 32 & 1) != 0; }

  /// May `word`, which may end with an asterisk, occur?
  bool may_hold(std::string_view word) const {
    for (std::size_t at = 1; at < word.size() && word[at] != '*'; ++at) {
      if (!holds(place_of(word[at - 1], word[at]))) return false;
    }
    return true;
  }

 private:
  std::array<std::uint32_t, 64> bits_{};
};

/// lower_case() and is_letter() of characters that are not of ASCII.
char32_t wide_lower_case(char32_t value);
bool is_wide_letter(char32_t value);

/// The lower case of a letter of the Latin and Cyrillic scripts; any other character as it is, but
/// the typographic apostrophe as the plain one.
inline char32_t lower_case(char32_t value) {
  if (value >= 0x80) return wide_lower_case(value);
  return static_cast<char32_t>(to_lower(static_cast<char>(value)));
}

/// Is it a letter or a syllable of any script, and no punctuation, digit or pictograph?
inline bool is_letter(char32_t value) {
  return value < 0x80 ? is_alpha(static_cast<char>(value)) : is_wide_letter(value);
}

std::string lower_text(std::string_view text);

}  // namespace fluxgate
