#include "base/words.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace fluxgate {
namespace {}  // namespace

std::size_t find_word(std::string_view text, std::string_view word) {
  const bool is_start = word.back() == '*';
  if (is_start) word.remove_suffix(1);
  const bool is_ascii = static_cast<unsigned char>(word.front()) < 0x80;
  for (std::size_t at = text.find(word); at != kNowhere; at = text.find(word, at + 1)) {
    if (!is_ascii) return at;
    if (at > 0 && is_alnum(text[at - 1])) continue;
    std::string_view rest = text.substr(at + word.size());
    if (!is_start && !rest.empty() && rest.front() == 's') rest.remove_prefix(1);
    if (is_start || rest.empty() || !is_alnum(rest.front())) return at;
  }
  return kNowhere;
}

std::size_t find_any(std::string_view text, std::string_view words) {
  std::size_t first = kNowhere;
  const PairsIn pairs(text);
  each_word(words, [&](std::string_view word) {
    if (pairs.may_hold(word)) first = std::min(first, find_word(text, word));
    return true;
  });
  return first;
}

char32_t wide_lower_case(char32_t value) {
  if (value == U'İ') return U'i';
  if ((value >= 0xC0 && value <= 0xDE && value != 0xD7) || (value >= 0x410 && value <= 0x42F)) {
    return value + 0x20;
  }
  // In this block the two cases alternate; in two parts of it, the capitals are odd.
  const bool odd = (value >= 0x139 && value <= 0x148) || (value >= 0x179 && value <= 0x17E);
  const bool paired = value >= 0x100 && value <= 0x17F && value != 0x138 && value != 0x149;
  if (paired && value % 2 == (odd ? 1 : 0) && value != 0x178 && value != 0x17F) return value + 1;
  if (value == U'’') return '\'';
  return value;
}

bool is_wide_letter(char32_t value) {
  const auto within = [value](char32_t first, char32_t last) {
    return value >= first && value <= last;
  };
  return value > 0xBF && value != 0xD7 && value != 0xF7 && !within(0x2000, 0x2BFF) &&
         !within(0x3000, 0x3004) && !within(0x3008, 0x3020) && !within(0xFE00, 0xFE0F) &&
         !within(0xFF00, 0xFF20) && !within(0x1F000, 0x1FAFF) && !within(0xE000, 0xF8FF);
}

std::string lower_text(std::string_view text) {
  std::string lower = to_lower(text);
  const auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  const auto wide = std::find_if(lower.begin(), lower.end(), is_wide);
  const auto first = static_cast<std::size_t>(wide - lower.begin());
  lower.resize(first);
  for (std::size_t at = first; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    append_utf8(lower, lower_case(next.value));
    at += next.length_bytes;
  }
  return lower;
}

}  // namespace fluxgate
