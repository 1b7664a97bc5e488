#include "failover/reason.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace fluxgate {
namespace {

constexpr std::size_t kMaxReasonCharacters = 300;
/// A longer run of letters and digits in one word is an id or a key.
constexpr std::size_t kMaxTokenBytes = 24;

bool is_address(std::string_view word) {
  const bool mail = word.find('@') != std::string_view::npos;
  return mail || word.find("//") != std::string_view::npos ||
         find_ignoring_case(word, "www.") != std::string_view::npos;
}

/// Is it an id or a key? Those mix letters and digits, and are long.
bool is_token(std::string_view word) {
  if (word.size() <= kMaxTokenBytes) return false;
  const bool has_digit = std::any_of(word.begin(), word.end(), is_digit);
  const bool has_letter = std::any_of(word.begin(), word.end(), is_alpha);
  return has_digit && has_letter;
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
