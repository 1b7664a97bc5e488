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

/// The code point that starts at `at`. Overlong forms, surrogates and values past U+10FFFF are
/// damage.
CodePoint code_point_at(std::string_view text, std::size_t at);

/// The number of code points; each damaged byte counts as one.
std::size_t count_code_points(std::string_view text);

/// The longest start of `text` that has at most `max_bytes` and cuts no character.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

/// The longest start of `text` that has at most `max_count` code points.
std::string_view code_point_prefix(std::string_view text, std::size_t max_count);

/// Appends a code point that is no surrogate.
void append_utf8(std::string& text, char32_t value);

}  // namespace fluxgate
