#include "base/utf8.h"

namespace fluxgate {

CodePoint wide_code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {kReplacementCharacter, 1};
  char32_t value = lead & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {kReplacementCharacter, 1};
    value = value << 6 | (byte(at + i) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || surrogate || value > 0x10FFFF) return {kReplacementCharacter, 1};
  return {value, length};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += code_point_at(text, at).length_bytes) ++count;
  return count;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string_view code_point_prefix(std::string_view text, std::size_t max_count) {
  std::size_t at = 0;
  for (; max_count > 0 && at < text.size(); --max_count) {
    at += code_point_at(text, at).length_bytes;
  }
  return text.substr(0, at);
}

void append_wide(std::string& text, char32_t value) {
  if (value < 0x800) {
    text.push_back(static_cast<char>(0xC0 | (value >> 6)));
    text.push_back(static_cast<char>(0x80 | (value & 0x3F)));
  } else if (value < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | (value >> 12)));
    text.push_back(static_cast<char>(0x80 | ((value >> 6) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (value & 0x3F)));
  } else {
    text.push_back(static_cast<char>(0xF0 | (value >> 18)));
    text.push_back(static_cast<char>(0x80 | ((value >> 12) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | ((value >> 6) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (value & 0x3F)));
  }
}

}  // namespace fluxgate
