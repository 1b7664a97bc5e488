// Reading UTF-8 that may be damaged.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

constexpr char32_t kReplacementCharacter = 0xFFFD;

struct CodePoint {
  char32_t value;            ///< kReplacementCharacter for damaged bytes.
  std::size_t length_bytes;  ///< 1-4; 1 for a damaged byte. 0 only at the end of the text.
};

/// code_point_at() where no character of ASCII starts.
CodePoint wide_code_point_at(std::string_view text, std::size_t at);

/// The code point that starts at `at`. Overlong forms, surrogates and values past U+10FFFF are
/// damage.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {0, 0};
  const auto lead = static_cast<unsigned char>(text[at]);
  return lead < 0x80 ? CodePoint{lead, 1} : wide_code_point_at(text, at);
}

/// The number of code points; each damaged byte counts as one.
std::size_t count_code_points(std::string_view text);

/// The longest start of `text` that has at most `max_bytes` and cuts no character.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

/// The longest start of `text` that has at most `max_count` code points.
std::string_view code_point_prefix(std::string_view text, std::size_t max_count);

/// append_utf8() of a code point that is not of ASCII.
void append_wide(std::string& text, char32_t value);

/// Appends a code point that is no surrogate.
inline void append_utf8(std::string& text, char32_t value) {
  if (value < 0x80) {
    text.push_back(static_cast<char>(value));
  } else {
    append_wide(text, value);
  }
}

}  // namespace fluxgate
