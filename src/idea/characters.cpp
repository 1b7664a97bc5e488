#include "idea/characters.h"

#include "base/ascii.h"

namespace fluxgate {

CodePoint code_point_before(std::string_view text, std::size_t end) {
  if (end == 0) return {0, 0};
  for (std::size_t length = 1; length <= 4 && length <= end; ++length) {
    const CodePoint found = code_point_at(text.substr(0, end), end - length);
    if (found.length_bytes == length && found.value != kReplacementCharacter) return found;
  }
  return {kReplacementCharacter, 1};
}

bool is_blank(char32_t value) {
  switch (value) {
    case ' ':
    case '\t':
    case 0x00A0:
    case 0x1680:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return value >= 0x2000 && value <= 0x200A;
  }
}

bool is_line_break(char32_t value) {
  return (value >= '\n' && value <= '\r') || value == 0x85 || value == 0x2028 || value == 0x2029;
}

namespace {

bool is_white_space(char32_t value) {
  return is_blank(value) || is_line_break(value);
}

std::size_t skip(std::string_view text, std::size_t at, bool (*is_skipped)(char32_t)) {
  while (at < text.size()) {
    const CodePoint next = code_point_at(text, at);
    if (!is_skipped(next.value)) break;
    at += next.length_bytes;
  }
  return at;
}

std::size_t skip_back(std::string_view text, std::size_t end, bool (*is_skipped)(char32_t)) {
  while (end > 0) {
    const CodePoint last = code_point_before(text, end);
    if (!is_skipped(last.value)) break;
    end -= last.length_bytes;
  }
  return end;
}

}  // namespace

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return skip(text, at, is_blank);
}
std::size_t skip_blanks_back(std::string_view text, std::size_t end) {
  return skip_back(text, end, is_blank);
}
std::size_t skip_white_space(std::string_view text, std::size_t at) {
  return skip(text, at, is_white_space);
}
std::size_t skip_white_space_back(std::string_view text, std::size_t end) {
  return skip_back(text, end, is_white_space);
}

std::string_view trim_white_space(std::string_view text) {
  text = text.substr(0, skip_white_space_back(text, text.size()));
  return text.substr(skip_white_space(text, 0));
}

bool word_ends_at(std::string_view text, std::size_t end, std::string_view word) {
  if (end < word.size()) return false;
  const std::size_t begin = end - word.size();
  if (!equals_ignoring_case(text.substr(begin, word.size()), word)) return false;
  if (begin == 0) return true;
  const char before = text[begin - 1];
  return !is_alnum(before) && before != '-' && before != '_';
}

}  // namespace fluxgate
