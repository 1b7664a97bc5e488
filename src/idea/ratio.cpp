#include "idea/ratio.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "idea/characters.h"
#include "idea/cut.h"
#include "idea/protected_spans.h"
#include "idea/ratio_introducer.h"

namespace fluxgate {
namespace {

constexpr std::uint32_t kLargestNumber = 65535;
constexpr std::uint32_t kMostDecimals = 3;

/// Ratios that count even without a flag or word in front. All are in use for photographs, films or
/// screens, and none could also be a time of day (as 16:10 and 9:21 could).
constexpr Ratio kUsualRatios[] = {
    {4, 3}, {2, 3}, {5, 4},  {4, 5},  {2, 1},  {3, 1},  {1, 3},  {5, 3},  {3, 5},
    {7, 5}, {5, 7}, {17, 9}, {18, 9}, {19, 9}, {20, 9}, {21, 9}, {32, 9}, {14, 9},
};

/// The same for decimals, of films: 2.39:1. In hundredths.
constexpr std::uint32_t kUsualDecimals[] = {133, 137, 138, 143, 150, 155, 166, 175, 177, 178,
                                            185, 190, 200, 220, 235, 239, 240, 255, 276};

/// A run of ASCII or full-width digits, perhaps with a point between them, bytes [begin, end).
struct Number {
  std::size_t begin;
  std::size_t end;
  std::uint32_t value;  ///< Without the point.
  std::uint32_t decimals;
  bool leading_zero;
};

/// A colon between two numbers and the blanks around it.
struct Link {
  bool blank_before;
  bool blank_after;
  Number right;
};

struct Digit {
  std::uint32_t value;
  std::size_t length_bytes;  ///< 0: not a digit.
};

Digit digit_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {0, 0};
  if (is_digit(text[at])) return {static_cast<std::uint32_t>(text[at] - '0'), 1};
  if (text[at] != '\xEF') return {0, 0};  // the first byte of every full-width form
  const CodePoint next = code_point_at(text, at);
  if (next.value < U'０' || next.value > U'９') return {0, 0};
  return {static_cast<std::uint32_t>(next.value - U'０'), next.length_bytes};
}

bool is_point(char32_t value) {
  return value == '.' || value == U'．';
}

Number number_at(std::string_view text, std::size_t at) {
  Number number{at, at, 0, 0, false};
  for (Digit digit = digit_at(text, at); digit.length_bytes > 0; digit = digit_at(text, at)) {
    if (number.end != number.begin && number.value == 0) number.leading_zero = true;
    number.value = std::min(number.value * 10 + digit.value, kLargestNumber);
    at += digit.length_bytes;
    number.end = at;
  }
  const CodePoint point = code_point_at(text, at);
  if (!is_point(point.value)) return number;
  at += point.length_bytes;
  for (Digit digit = digit_at(text, at); digit.length_bytes > 0; digit = digit_at(text, at)) {
    if (number.decimals < kMostDecimals) {
      number.value = number.value * 10 + digit.value;
      ++number.decimals;
    }
    at += digit.length_bytes;
    number.end = at;
  }
  return number;
}

/// The ratio of two numbers, in the smallest whole numbers that powers of ten allow.
Ratio ratio_of(Number left, Number right) {
  for (; left.decimals < right.decimals; ++left.decimals) left.value *= 10;
  for (; right.decimals < left.decimals; ++right.decimals) right.value *= 10;
  for (; left.decimals > 0 && left.value % 10 == 0 && right.value % 10 == 0; --left.decimals) {
    left.value /= 10;
    right.value /= 10;
  }
  return {std::min(left.value, kLargestNumber), std::min(right.value, kLargestNumber)};
}

/// The colon and the number that follow the number that ends at `at`.
std::optional<Link> link_at(std::string_view text, std::size_t at) {
  Link link{};
  const auto skip_one_blank = [&] {
    const CodePoint next = code_point_at(text, at);
    if (!is_blank(next.value)) return false;
    at += next.length_bytes;
    return true;
  };
  link.blank_before = skip_one_blank();
  const CodePoint colon = code_point_at(text, at);
  if (colon.value != ':' && colon.value != U'：' && colon.value != U'∶') return std::nullopt;
  at += colon.length_bytes;
  link.blank_after = skip_one_blank();
  if (digit_at(text, at).length_bytes == 0) return std::nullopt;
  link.right = number_at(text, at);
  return link;
}

/// Whether `neighbour`, which shares a number with `own`, makes both one group: "11:16:9" and
/// "1 : 2 : 3" are groups, "Scene 1: 16:9" is a label and a ratio.
bool is_group(const std::optional<Link>& neighbour, const Link& own) {
  if (!neighbour) return false;
  const bool tight = !neighbour->blank_before && !neighbour->blank_after;
  return tight ||
         (neighbour->blank_before == own.blank_before && neighbour->blank_after == own.blank_after);
}

bool is_letter(char32_t value) {
  return value < 0x80 && is_alpha(static_cast<char>(value));
}

/// Does a letter, two colons or the point of a decimal number stand before the number? ".5" has a
/// point, "cat.5" and "...5" have none.
bool is_glued_before(std::string_view text, std::size_t begin) {
  const CodePoint last = code_point_before(text, begin);
  if (is_letter(last.value)) return true;
  if (last.value == ':') return begin >= 2 && text[begin - 2] == ':';
  if (!is_point(last.value)) return false;
  const CodePoint before = code_point_before(text, begin - last.length_bytes);
  const bool digit = (before.value >= '0' && before.value <= '9') ||
                     (before.value >= U'０' && before.value <= U'９');
  return before.length_bytes == 0 || digit || is_blank(before.value) || is_line_break(before.value);
}

/// Does a letter, a point or hyphen before another digit, or a colon before a letter follow the
/// number? "1:1-5" are verses, "3:4:x" is an address.
bool is_glued_after(std::string_view text, std::size_t end) {
  const CodePoint next = code_point_at(text, end);
  if (is_letter(next.value)) return true;
  if (next.value == ':') return is_letter(code_point_at(text, end + 1).value);
  const bool joins = is_point(next.value) || next.value == '-' || next.value == U'–';
  return joins && digit_at(text, end + next.length_bytes).length_bytes > 0;
}

/// Does " am", "p.m.", "P. M." or the like follow? Then the numbers are a time.
bool am_or_pm_follows(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  if (at >= text.size() || (to_lower(text[at]) != 'a' && to_lower(text[at]) != 'p')) return false;
  ++at;
  if (starts_with_at(text, at, ".")) at = skip_blanks(text, at + 1);
  if (at >= text.size() || to_lower(text[at]) != 'm') return false;
  return at + 1 == text.size() || !is_alnum(text[at + 1]);
}

bool is_usual(const Number& left, const Number& right) {
  const Ratio ratio = ratio_of(left, right);
  for (const Ratio& usual : kUsualRatios) {
    if (left.decimals + right.decimals > 0) break;
    if (usual.width == ratio.width && usual.height == ratio.height) return true;
  }
  for (const std::uint32_t usual : kUsualDecimals) {
    const bool decimal = left.decimals > 0 && right.decimals == 0 && right.value == 1;
    if (decimal && ratio.width * 100 == usual * ratio.height) return true;
  }
  return false;
}

/// How much a ratio counts; the first of several with the same rank wins. One of nothing (0:0) is
/// taken out and means nothing.
enum class Rank { none, of_nothing, plain, introduced };

struct Candidate {
  Rank rank;
  Ratio ratio;
  Introduction introduction;
  Span piece;  ///< The ratio and what is removed with it.
};

Candidate judge(std::string_view idea, const Number& left, const Number& right,
                const RatioTable& table) {
  const Introducer introducer = find_introducer(idea, left.begin);
  Candidate found{
      Rank::none, ratio_of(left, right), introducer.kind, {introducer.begin, right.end}};
  const bool whole = left.decimals + right.decimals == 0;
  if (introducer.kind != Introduction::none) {
    const bool of_nothing = found.ratio.width == 0 || found.ratio.height == 0;
    found.rank = of_nothing ? Rank::of_nothing : Rank::introduced;
  } else if (!left.leading_zero && !right.leading_zero && !am_or_pm_follows(idea, right.end)) {
    const bool known = whole && table.find(left.value, right.value) != nullptr;
    if (known || is_usual(left, right)) found.rank = Rank::plain;
  }
  return found;
}

/// May there be a ratio in the text? Most texts hold no colon.
bool holds_colon(std::string_view text) {
  for (const std::string_view colon : {":", "：", "∶"}) {
    if (text.find(colon) != text.npos) return true;
  }
  return false;
}

/// Calls `take(left, right)` for each pair of numbers that the grammar allows to be a ratio.
template <class Take>
void each_pair(std::string_view idea, const Take& take) {
  if (!holds_colon(idea)) return;
  const std::vector<Span> spans = find_protected_spans(idea);
  auto span = spans.begin();
  std::optional<Link> before;  // the link between the number before and the number at `at`
  std::size_t at = 0;
  while (at < idea.size()) {
    while (span != spans.end() && span->end <= at) ++span;
    const std::size_t limit = span == spans.end() ? idea.size() : span->begin;
    if (at >= limit) {
      at = span->end;
      before.reset();
      continue;
    }
    if (digit_at(idea, at).length_bytes == 0) {
      ++at;
      continue;
    }
    const Number left = number_at(idea, at);
    const std::optional<Link> link = link_at(idea, left.end);
    if (!link || link->right.begin >= limit) {
      before.reset();
      at = left.end;
      continue;
    }
    const Number& right = link->right;
    if (!is_group(before, *link) && !is_group(link_at(idea, right.end), *link) &&
        !is_glued_after(idea, right.end) &&
        (!is_glued_before(idea, left.begin) ||
         find_introducer(idea, left.begin).kind == Introduction::flag)) {
      take(left, right);
    }
    before = link;
    at = right.begin;
  }
}

}  // namespace

RatioReading read_ratio(std::string_view idea, const RatioTable& table) {
  RatioReading reading;
  reading.size = table.default_size();
  std::vector<Candidate> candidates;  // all with a flag, and the best so far
  std::size_t best = 0;
  each_pair(idea, [&](const Number& left, const Number& right) {
    const Candidate found = judge(idea, left, right, table);
    const Rank best_rank = best < candidates.size() ? candidates[best].rank : Rank::none;
    const bool better = found.rank > best_rank;
    if (!better && found.introduction != Introduction::flag) return;
    if (better) best = candidates.size();
    candidates.push_back(found);
  });
  if (candidates.empty()) {
    reading.text = idea;
    return reading;
  }
  Candidate& chosen = candidates[best];
  if (chosen.introduction != Introduction::flag) {
    const std::size_t end = ratio_word_end(idea, chosen.piece.end);
    if (phrase_ends_at(idea, end)) chosen.piece.end = end;
  }
  if (chosen.introduction == Introduction::none && phrase_ends_at(idea, chosen.piece.end)) {
    chosen.piece.begin = preposition_begin(idea, chosen.piece.begin);
  }
  std::vector<Span> pieces;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i == best || candidates[i].introduction == Introduction::flag) {
      pieces.push_back(candidates[i].piece);
    }
  }
  reading.text = cut_out(idea, pieces);
  reading.ratio = chosen.ratio;
  if (chosen.rank != Rank::of_nothing) reading.size = table.size_for(chosen.ratio);
  return reading;
}

}  // namespace fluxgate
