#include "idea/quotations.h"

#include <iterator>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// Is the mark at `at` an apostrophe for missing letters? "rock 'n' roll", "the '70s".
bool is_elision(std::string_view text, std::size_t at) {
  if (starts_with_at(text, at, "'n'")) return true;
  return starts_with_at(text, at + 3, "s") && text[at] == '\'' && is_digit(text[at + 1]);
}

/// Can the mark at `at` open a quotation? Those in 5" and it's cannot.
bool can_open(std::string_view text, std::size_t at, const QuotePair& pair) {
  if (pair.open != pair.close) return true;
  if (is_elision(text, at)) return false;
  const std::size_t behind = at + pair.open.size();
  if (behind >= text.size() || is_space(text[behind])) return false;
  return at == 0 || !is_alnum(text[at - 1]);
}

std::size_t find_close(std::string_view text, std::size_t from, const QuotePair& pair) {
  for (std::size_t at = text.find(pair.close, from); at != kNowhere;
       at = text.find(pair.close, at + pair.close.size())) {
    if (pair.close != "'") return at;
    if (is_space(text[at - 1])) continue;
    if (at + 1 == text.size() || !is_alnum(text[at + 1])) return at;
  }
  return kNowhere;
}

}  // namespace

std::vector<Span> find_quotations(std::string_view text) {
  constexpr std::size_t kPairs = std::size(kQuotePairs);
  bool has_no_close[kPairs] = {};  // true after a search for the closing mark failed
  std::vector<Span> quotations;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    const bool never_opens = is_alnum(text[at]) || text[at] == ' ';  // Nearly all bytes of a text.
    if (never_opens) {
      at = end;
      continue;
    }
    for (std::size_t i = 0; i < kPairs; ++i) {
      const QuotePair& pair = kQuotePairs[i];
      if (has_no_close[i] || !starts_with_at(text, at, pair.open)) continue;
      if (!can_open(text, at, pair)) continue;
      const std::size_t close = find_close(text, at + pair.open.size(), pair);
      if (close == kNowhere) {
        has_no_close[i] = true;
        continue;
      }
      end = close + pair.close.size();
      quotations.push_back({at, end});
      break;
    }
    at = end;
  }
  return quotations;
}

}  // namespace fluxgate
