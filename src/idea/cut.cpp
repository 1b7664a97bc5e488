#include "idea/cut.h"

#include <algorithm>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr QuotePair kBrackets[] = {
    {"(", ")"},   {"[", "]"},   {"{", "}"},   {"<", ">"},   {"（", "）"},
    {"【", "】"}, {"［", "］"}, {"「", "」"}, {"『", "』"}, {"《", "》"},
};

bool is_dash(char32_t value) {
  return value == '-' || value == U'–' || value == U'—';
}

/// Is it a separator that joins the words on both sides and means nothing alone?
bool is_soft_separator(char32_t value) {
  switch (value) {
    case ',':
    case ';':
    case '|':
    case '/':
    case U'·':
    case U'，':
    case U'、':
    case U'；':
    case U'｜':
    case U'／': return true;
    default: return is_dash(value);
  }
}

/// Is it a separator that ends the words before it?
bool is_hard_separator(char32_t value) {
  switch (value) {
    case '.':
    case ':':
    case '!':
    case '?':
    case U'。':
    case U'：':
    case U'！':
    case U'？': return true;
    default: return false;
  }
}

/// Does the separator stand directly behind a word, without a blank?
bool is_attached(char32_t value) {
  const bool spaced = is_dash(value) || value == '|' || value == '/' || value == U'·';
  return is_hard_separator(value) || (is_soft_separator(value) && !spaced);
}

bool is_closing_bracket(std::string_view text, std::size_t at) {
  for (const QuotePair& pair : kBrackets) {
    if (starts_with_at(text, at, pair.close)) return true;
  }
  return starts_with_at(text, at, "”") || starts_with_at(text, at, "’");
}

bool is_opening_bracket_before(std::string_view text, std::size_t end) {
  for (const QuotePair& pair : kBrackets) {
    if (end >= pair.open.size() && starts_with_at(text, end - pair.open.size(), pair.open)) {
      return true;
    }
  }
  return end >= 3 && (starts_with_at(text, end - 3, "“") || starts_with_at(text, end - 3, "‘"));
}

/// The number of line breaks; CR LF is one.
std::size_t count_line_breaks(std::string_view white_space) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < white_space.size();) {
    const CodePoint next = code_point_at(white_space, at);
    at += next.length_bytes;
    const bool before_line_feed = next.value == '\r' && starts_with_at(white_space, at, "\n");
    if (is_line_break(next.value) && !before_line_feed) ++count;
  }
  return count;
}

/// The two edges of one cut: `left` grows at its end, `right` begins at `at` in `text`.
class Seam {
 public:
  Seam(std::string& left, std::string_view text, std::size_t at)
      : left_(left), text_(text), at_(at) {}

  /// Closes the seam and returns where the text goes on.
  std::size_t close() {
    find_gaps();
    while (drop_empty_pair()) find_gaps();
    drop_separators();
    return join();
  }

 private:
  void find_gaps() {
    left_end_ = skip_white_space_back(left_, left_.size());
    right_begin_ = skip_white_space(text_, at_);
  }
  std::string_view left_gap() const { return std::string_view(left_).substr(left_end_); }
  std::string_view right_gap() const { return text_.substr(at_, right_begin_ - at_); }
  CodePoint left_mark() const { return code_point_before(left_, left_end_); }
  CodePoint right_mark() const { return code_point_at(text_, right_begin_); }

  bool encloses(const QuotePair& pair) const {
    return left_end_ >= pair.open.size() &&
           starts_with_at(left_, left_end_ - pair.open.size(), pair.open) &&
           starts_with_at(text_, right_begin_, pair.close);
  }

  bool drop_empty_pair() {
    // Marks that open and close alike are a pair only when nothing at all is left between them.
    const bool touches = left_gap().empty() && right_gap().empty();
    for (const QuotePair& pair : kBrackets) {
      if (encloses(pair)) return drop_pair(pair);
    }
    for (const QuotePair& pair : kQuotePairs) {
      if (touches && encloses(pair)) return drop_pair(pair);
    }
    return false;
  }

  bool drop_pair(const QuotePair& pair) {
    left_.resize(left_end_ - pair.open.size());
    at_ = right_begin_ + pair.close.size();
    return true;
  }

  /// Whether what follows the cut begins with a separator. A dash counts when a blank follows or
  /// when it touches the cut ("16:9-style"), so that "--seed 7" and "-5 degrees" stay.
  bool right_is_separator() const {
    const CodePoint mark = right_mark();
    const CodePoint next = code_point_at(text_, right_begin_ + mark.length_bytes);
    const bool touches = right_gap().empty();
    if (is_dash(mark.value)) {
      return next.length_bytes == 0 || is_blank(next.value) || (touches && !is_dash(next.value));
    }
    if (is_hard_separator(mark.value)) return touches && next.value != '.';
    return is_soft_separator(mark.value);
  }

  /// Is the separator behind the cut glued to the words that follow it? "16:9/9:16", "16:9-format".
  bool right_is_glued_separator() const {
    const CodePoint mark = right_mark();
    const std::size_t behind = right_begin_ + mark.length_bytes;
    const bool joins = is_dash(mark.value) || mark.value == '/';
    return joins && right_is_separator() && right_gap().empty() && behind < text_.size() &&
           skip_white_space(text_, behind) == behind;
  }

  bool left_opens() const {
    if (is_opening_bracket_before(left_, left_end_)) return true;
    const bool quote = left_mark().value == '"' || left_mark().value == '\'';
    return quote && left_gap().empty() && (left_end_ == 1 || is_space(left_[left_end_ - 2]));
  }

  bool right_closes() const {
    if (is_closing_bracket(text_, right_begin_)) return true;
    const bool quote = right_mark().value == '"' || right_mark().value == '\'';
    const std::size_t behind = right_begin_ + 1;
    return quote && right_gap().empty() && (behind == text_.size() || !is_alnum(text_[behind]));
  }

  void drop_left_separators() {
    while (is_soft_separator(left_mark().value)) {
      left_.resize(left_end_ - left_mark().length_bytes);
      left_end_ = skip_white_space_back(left_, left_.size());
    }
  }

  void drop_right_separator() {
    at_ = right_begin_ + right_mark().length_bytes;
    right_begin_ = skip_white_space(text_, at_);
  }

  void drop_separators() {
    const bool left_break = count_line_breaks(left_gap()) > 0;
    const bool right_break = count_line_breaks(right_gap()) > 0;
    const bool at_end = right_begin_ == text_.size();
    const bool left_open = left_end_ == 0 || left_break || left_opens();
    if (at_end || (right_break && !left_break) || right_closes()) {
      drop_left_separators();
      if (at_end && (left_mark().value == ':' || left_mark().value == U'：')) {
        left_end_ = skip_white_space_back(left_, left_end_ - left_mark().length_bytes);
      }
    } else if (!right_break && right_is_separator()) {
      if (left_open || is_hard_separator(left_mark().value) || right_is_glued_separator()) {
        drop_right_separator();
      } else {
        drop_left_separators();
      }
    }
  }

  /// Puts the white space between both sides that the sentence needs.
  std::size_t join() {
    if (left_end_ == 0 || right_begin_ == text_.size()) {
      left_.resize(left_end_);
      return right_begin_;
    }
    const std::size_t line_breaks =
        std::max(count_line_breaks(left_gap()), count_line_breaks(right_gap()));
    const bool had_blank = !left_gap().empty() || !right_gap().empty();
    const bool attached = is_attached(right_mark().value) || right_closes() || left_opens();
    left_.resize(left_end_);
    if (line_breaks > 0) {
      // At most one empty line: it keeps paragraphs apart, and keeps the seam short for the next
      // cut.
      left_.append(std::min<std::size_t>(line_breaks, 2), '\n');
      return right_begin_;
    }
    const bool would_merge = is_alnum(left_.back()) && is_alnum(text_[right_begin_]);
    if ((had_blank && !attached) || would_merge) left_.push_back(' ');
    return right_begin_;
  }

  std::string& left_;
  std::string_view text_;
  std::size_t at_;
  std::size_t left_end_ = 0;
  std::size_t right_begin_ = 0;
};

}  // namespace

std::string cut_out(std::string_view text, const std::vector<Span>& pieces) {
  std::string kept;
  kept.reserve(text.size());
  std::size_t at = 0;
  for (const Span& piece : pieces) {
    if (piece.begin > at) kept.append(text, at, piece.begin - at);
    at = Seam(kept, text, piece.end).close();
  }
  if (at < text.size()) kept.append(text, at);
  return kept;
}

bool phrase_ends_at(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  const CodePoint next = code_point_at(text, at);
  return next.length_bytes == 0 || is_line_break(next.value) || is_soft_separator(next.value) ||
         is_hard_separator(next.value) || is_closing_bracket(text, at);
}

}  // namespace fluxgate
