#include "prompt/idea_phrases.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "idea/characters.h"
#include "idea/quotations.h"
#include "idea/visible_text.h"
#include "prompt/clean_up.h"
#include "prompt/request_words.h"

namespace fluxgate {
namespace {

/// A longer row of full stops ends a sentence; the limit keeps the reading linear.
constexpr std::size_t kMaxEllipsis = 6;

constexpr std::string_view kAbbreviations[] = {"mr", "mrs", "ms", "dr", "st", "vs", "no", "ca"};

bool is_separator(char32_t value) {
  switch (value) {
    case ',':
    case ';':
    case '|':
    case '!':
    case '?':
    case '\n':
    case U'，':
    case U'；':
    case U'。':
    case U'！':
    case U'？': return true;
    default: return false;
  }
}

/// Does the full stop at `at` end a sentence? Not in "3.5", "Dr. Who", "J. R. R. Tolkien".
bool ends_sentence(std::string_view text, std::size_t at) {
  std::size_t behind = at;
  while (behind < text.size() && text[behind] == '.' && behind - at < kMaxEllipsis) ++behind;
  if (behind < text.size() && !is_space(text[behind])) return false;
  std::size_t begin = at;
  while (begin > 0 && is_alpha(text[begin - 1])) --begin;
  const std::string_view word = text.substr(begin, at - begin);
  if (behind == text.size() || word.empty()) return true;
  if (word.size() == 1) return false;
  for (const std::string_view abbreviation : kAbbreviations) {
    if (equals_ignoring_case(word, abbreviation)) return false;
  }
  return true;
}

/// The place behind a "- ", "* " or "2. " at the start of a line.
std::size_t skip_list_mark(std::string_view text, std::size_t at) {
  std::size_t end = at;
  if (starts_with_at(text, end, "-") || starts_with_at(text, end, "*")) {
    ++end;
  } else if (starts_with_at(text, end, "•")) {
    end += std::string_view("•").size();
  } else {
    while (end < text.size() && is_digit(text[end]) && end - at < 2) ++end;
    if (end == at || end == text.size() || (text[end] != '.' && text[end] != ')')) return at;
    ++end;
  }
  return end < text.size() && text[end] == ' ' ? end + 1 : at;
}

/// Puts the phrases together and notes where in them quotations stand.
class Phrases {
 public:
  explicit Phrases(std::string_view text) : text_(text), has_lines_(text.find('\n') != kNowhere) {
    std::size_t at = 0;
    for (const Span& quotation : find_quotations(text)) {
      add_plain(at, quotation.begin);
      add_quotation(text.substr(quotation.begin, quotation.end - quotation.begin));
      at = quotation.end;
    }
    add_plain(at, text.size());
  }

  /// The phrases within both limits.
  std::string within_limits() const;

 private:
  enum class Gap { none, blank, separator };

  void close_gap() {
    const bool open = line_.empty() || line_.back() == ':' || line_.back() == '(';
    if (gap_ == Gap::separator && !open) line_ += ", ";
    if ((gap_ == Gap::blank || (gap_ == Gap::separator && open)) && !line_.empty()) line_ += ' ';
    gap_ = Gap::none;
  }

  void add_plain(std::size_t at, std::size_t end) {
    while (at < end) {
      const bool line_start = at == 0 || text_[at - 1] == '\n';
      if (line_start && has_lines_) at = std::min(end, skip_list_mark(text_, at));
      if (at == end) break;
      const CodePoint next = code_point_at(text_, at);
      const std::string_view character = text_.substr(at, next.length_bytes);
      if (separates(next.value, at)) {
        gap_ = Gap::separator;
      } else if (is_blank(next.value)) {
        if (gap_ == Gap::none) gap_ = Gap::blank;
      } else if (next.value != '`') {
        close_gap();
        line_ += character;
      }
      at += next.length_bytes;
    }
  }

  bool separates(char32_t value, std::size_t at) const {
    if (value == '.') return ends_sentence(text_, at);
    if (value != ',') return is_separator(value);
    const bool within_number =
        at > 0 && is_digit(text_[at - 1]) && at + 1 < text_.size() && is_digit(text_[at + 1]);
    return !within_number;
  }

  void add_quotation(std::string_view quotation) {
    close_gap();
    const std::size_t begin = line_.size();
    line_ += fold_to_one_line(quotation);
    quotations_.push_back({begin, line_.size()});
  }

  std::string_view text_;
  bool has_lines_;
  std::string line_;
  std::vector<Span> quotations_;
  Gap gap_ = Gap::none;
};

/// The length of the longest start of `text`, at a word's end, within `words` and `bytes`. Text
/// without spaces is cut at a character.
std::size_t fitting_length(std::string_view text, std::size_t words, std::size_t bytes) {
  std::size_t end = 0;
  for (std::size_t at = skip_blanks(text, 0); at < text.size() && words > 0; --words) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    if (space > bytes) {
      constexpr std::size_t kMaxWordBytes = 64;
      return space - at > kMaxWordBytes ? utf8_prefix(text, bytes).size() : end;
    }
    end = space;
    at = skip_blanks(text, space);
  }
  return skip_blanks(text, end) == text.size() ? text.size() : end;
}

std::string Phrases::within_limits() const {
  if (line_.size() <= kMaxPromptBytes && count_words(line_) <= kMaxPromptWords) return line_;
  const std::string_view line = line_;
  std::size_t words = 0;  // how many words the quotations need
  std::size_t bytes = 0;
  for (const Span& quotation : quotations_) {
    words += count_words(line.substr(quotation.begin, quotation.end - quotation.begin));
    bytes += quotation.end - quotation.begin + 2;
  }
  if (words > kMaxPromptWords || bytes > kMaxPromptBytes) {
    return line_.substr(0, fitting_length(line, kMaxPromptWords, kMaxPromptBytes));
  }
  words = kMaxPromptWords - words;  // how many are left for other words
  bytes = kMaxPromptBytes - bytes;
  std::string kept;
  bool skipped = false;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= quotations_.size(); ++i) {
    const bool last = i == quotations_.size();
    const std::size_t end = last ? line.size() : quotations_[i].begin;
    const std::string_view plain = line.substr(at, end - at);
    const std::size_t length = skipped ? 0 : fitting_length(plain, words, bytes);
    const std::string_view fitting = plain.substr(0, length);
    kept += fitting;
    words -= std::min(words, count_words(fitting));
    bytes -= std::min(bytes, fitting.size());
    const bool gap = length < plain.size();
    skipped = skipped || gap;
    if (last) break;
    if (gap) {
      kept.resize(skip_blanks_back(kept, kept.size()));
      if (!kept.empty() && kept.back() == ',') kept.pop_back();
      if (!kept.empty()) kept += ", ";
    }
    kept += line.substr(end, quotations_[i].end - end);
    at = quotations_[i].end;
  }
  return kept;
}

}  // namespace

std::string idea_as_phrases(std::string_view idea) {
  const std::string visible = visible_text(idea);
  return Phrases(without_request(trim_white_space(visible))).within_limits();
}

}  // namespace fluxgate
