#include "failover/reason.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "base/utf8.h"

namespace fluxgate {
namespace {

constexpr std::size_t kMaxReasonCharacters = 300;
/// A longer run of letters and digits in one word is an id or a key.
constexpr std::size_t kMaxTokenBytes = 24;

/// Is it an address: of mail, with a scheme ("mailto:x"), or a host with a path?
bool is_address(std::string_view word) {
  if (word.find('@') != std::string_view::npos || word.find("//") != std::string_view::npos) {
    return true;
  }
  const std::size_t colon = word.find(':');
  const bool has_scheme =
      colon != std::string_view::npos && colon > 0 && colon + 1 < word.size() &&
      is_alpha(word[colon + 1]) &&
      std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(colon), is_alpha);
  const std::size_t dot = word.find('.');
  const bool has_path =
      dot != std::string_view::npos && word.find('/', dot) != std::string_view::npos;
  return has_scheme || has_path || find_ignoring_case(word, "www.") != std::string_view::npos;
}

/// Is it an id or a key? Those are long and mix letters, digits and cases.
bool is_token(std::string_view word) {
  if (word.size() <= kMaxTokenBytes) return false;
  const bool has_digit = std::any_of(word.begin(), word.end(), is_digit);
  const bool has_capital =
      std::any_of(word.begin() + 1, word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool is_ascii = std::all_of(word.begin(), word.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return is_ascii && (has_digit || has_capital);
}

std::string without_marks(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    const bool mark = std::string_view("`*_#<>[]{}|\\~!&$").find(c) != std::string_view::npos;
    if (!mark) plain.push_back(c);
  }
  return plain;
}

}  // namespace

std::string plain_reason(std::string_view message) {
  std::string reason;
  std::size_t characters = 0;
  bool has_word = false;
  for (const std::string_view word : split_list(message, ' ')) {
    if (is_address(word) || is_token(word)) continue;
    const std::string plain = without_marks(word);
    if (plain.empty()) continue;
    characters += count_code_points(plain) + 1;
    if (characters > kMaxReasonCharacters) break;
    has_word = has_word || plain.find_first_not_of("*.,:;-") != std::string::npos;
    if (!reason.empty()) reason += ' ';
    reason += plain;
  }
  return has_word ? reason : std::string();
}

}  // namespace fluxgate
