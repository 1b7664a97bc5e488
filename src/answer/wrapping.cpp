#include "answer/wrapping.h"

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr QuotePair kOtherWrappers[] = {
    {"**", "**"}, {"__", "__"}, {"*", "*"},     {"`", "`"},
    {"_", "_"},   {"„", "”"},   {"***", "***"}, {"[", "]"},
};

/// Do the two marks around `inner`, which open and close alike, belong together? Then the same
/// marks within `inner` must come in pairs, and the first of them must open.
bool is_one_pair(std::string_view inner, std::string_view mark) {
  std::size_t count = 0;
  for (std::size_t at = inner.find(mark); at != kNowhere; at = inner.find(mark, at + mark.size())) {
    const std::size_t behind = at + mark.size();
    const bool word_before = at > 0 && is_alnum(inner[at - 1]);
    const bool word_behind = behind < inner.size() && is_alnum(inner[behind]);
    if (mark == "'" && word_before && word_behind) continue;  // an apostrophe
    if (count++ > 0) continue;
    const bool opens = (at > 0 && (is_space(inner[at - 1]) || inner[at - 1] == '(')) &&
                       behind < inner.size() && !is_space(inner[behind]);
    if (!opens) return false;
  }
  return count % 2 == 0;
}

bool is_balanced(std::string_view inner, const QuotePair& pair) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < inner.size();) {
    if (starts_with_at(inner, at, pair.open)) {
      ++depth;
      at += pair.open.size();
    } else if (starts_with_at(inner, at, pair.close)) {
      if (depth-- == 0) return false;
      at += pair.close.size();
    } else {
      ++at;
    }
  }
  return depth == 0;
}

std::string_view without_pair(std::string_view text, const QuotePair& pair) {
  if (text.size() < pair.open.size() + pair.close.size()) return text;
  if (!starts_with_ignoring_case(text, pair.open)) return text;
  if (!equals_ignoring_case(text.substr(text.size() - pair.close.size()), pair.close)) return text;
  std::string_view inner = text.substr(pair.open.size());
  inner.remove_suffix(pair.close.size());
  const bool wraps =
      pair.open == pair.close ? is_one_pair(inner, pair.open) : is_balanced(inner, pair);
  return wraps ? inner : text;
}

std::string_view without_pairs(std::string_view text) {
  for (const QuotePair& pair : kQuotePairs) text = without_pair(text, pair);
  for (const QuotePair& pair : kOtherWrappers) text = without_pair(text, pair);
  return text;
}

}  // namespace

std::string_view without_quotes(std::string_view text) {
  const std::string_view bare = without_pairs(text);
  if (bare.size() < text.size() || !text.ends_with('.')) return bare;
  // The full stop belongs to the sentence around the marks.
  const std::string_view before = text.substr(0, text.size() - 1);
  const std::string_view inner = without_pairs(before);
  return inner.size() < before.size() ? inner : text;
}

}  // namespace fluxgate
