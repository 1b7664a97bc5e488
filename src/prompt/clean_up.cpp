#include "prompt/clean_up.h"

#include <algorithm>

#include "base/ascii.h"
#include "prompt/characters.h"
#include "prompt/wrapping.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
/// What is longer between two spaces is text without spaces rather than a word.
constexpr std::size_t kMaxWordBytes = 64;

bool is_joiner(char32_t value) {
  return value == 0x200C || value == 0x200D;
}

bool is_in(char32_t value, char32_t first, char32_t last) {
  return value >= first && value <= last;
}

/// Characters that a reader cannot see, white space and joiners aside. U+FFFD is damage.
bool is_invisible(char32_t value) {
  return value < 0x20 || is_in(value, 0x7F, 0x9F) || value == 0xAD || value == 0x61C ||
         value == 0x180E || is_in(value, 0x200B, 0x200F) || is_in(value, 0x202A, 0x202E) ||
         is_in(value, 0x2060, 0x206F) || value == 0xFEFF || is_in(value, 0xFFF9, 0xFFFD) ||
         is_in(value, 0xE0000, 0xE007F);
}

/// Letters, digits and pictures, as opposed to punctuation.
bool is_content(char32_t value) {
  if (value < 0x80) return is_alnum(static_cast<char>(value));
  return value > 0xBF && !is_in(value, 0x2000, 0x206F) && !is_in(value, 0x3000, 0x3020) &&
         !is_in(value, 0xFF01, 0xFF0F) && !is_in(value, 0xFF1A, 0xFF20);
}

bool has_content(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    if (is_content(next.value)) return true;
    at += next.length_bytes;
  }
  return false;
}

/// "```", "```text", "---": a line that is a mark and says nothing.
bool is_mark_line(std::string_view line) {
  line = trim_white_space(line);
  if (starts_with_at(line, 0, "```"))
    return line.find(' ') == kNowhere && line.find('`', 3) == kNowhere;
  return line.size() >= 3 && line.find_first_not_of(line[0]) == kNowhere &&
         (line[0] == '-' || line[0] == '*' || line[0] == '_');
}

/// Appends the words of a line, with single spaces and without fences.
void append_words(std::string& paragraph, std::string_view line) {
  bool gap = !paragraph.empty();
  for (std::size_t at = 0; at < line.size();) {
    if (starts_with_at(line, at, "```")) {
      at = std::min(line.find_first_not_of('`', at), line.size());
      continue;
    }
    const CodePoint next = code_point_at(line, at);
    if (is_blank(next.value)) {
      gap = !paragraph.empty();
    } else {
      if (gap) paragraph.push_back(' ');
      gap = false;
      paragraph += line.substr(at, next.length_bytes);
    }
    at += next.length_bytes;
  }
}

/// The lines of a visible text as one paragraph.
std::string fold(std::string_view text) {
  std::string paragraph;
  paragraph.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!is_mark_line(line) && skip_blanks(line, 0) < line.size()) append_words(paragraph, line);
    text.remove_prefix(end == kNowhere ? text.size() : end + 1);
  }
  return paragraph;
}

/// The length of the longest start of a folded text that keeps both limits.
std::size_t allowed_length(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t words = 0; words < kMaxPromptWords && end < text.size(); ++words) {
    const std::size_t space = text.find(' ', end == 0 ? 0 : end + 1);
    end = space == kNowhere ? text.size() : space;
  }
  if (end <= kMaxPromptBytes) return end;
  const std::size_t whole = utf8_prefix(text, kMaxPromptBytes).size();
  const std::size_t space = text.rfind(' ', whole);
  return space == kNowhere || whole - space > kMaxWordBytes ? whole : space;
}

/// Without separators, opening brackets and joiners at the end.
std::string_view without_loose_end(std::string_view text) {
  constexpr std::string_view kLoose[] = {
      ",",  ";",  ":", "|", "/", " -", " –", " —",           "，",          "、",
      "；", "：", "(", "[", "{", "（", "【", "\xE2\x80\x8C", "\xE2\x80\x8D"};
  for (bool again = true; again;) {
    again = false;
    text = text.substr(0, skip_white_space_back(text, text.size()));
    for (const std::string_view loose : kLoose) {
      if (text.size() >= loose.size() && text.substr(text.size() - loose.size()) == loose) {
        text.remove_suffix(loose.size());
        again = true;
      }
    }
  }
  return text;
}

std::size_t count(std::string_view text, std::string_view mark) {
  std::size_t found = 0;
  for (std::size_t at = text.find(mark); at != kNowhere; at = text.find(mark, at + mark.size())) {
    ++found;
  }
  return found;
}

/// Where a quoted text begins that does not end; the length of the text when there is none.
std::size_t open_quote(std::string_view text) {
  std::size_t begin = text.size();
  for (const QuotePair& pair : kQuotePairs) {
    // An apostrophe looks like a quotation mark, and “ closes a quotation in German.
    if (pair.open == "'" || (pair.open == "“" && text.find("„") != kNowhere)) continue;
    const std::size_t last = text.rfind(pair.open);
    if (last == kNowhere) continue;
    const bool open = pair.open == pair.close ? count(text, pair.open) % 2 == 1
                                              : text.find(pair.close, last) == kNowhere;
    if (open && last < begin) begin = last;
  }
  return begin;
}

std::string_view cut(std::string_view text) {
  const std::size_t length = allowed_length(text);
  if (length == text.size()) return without_loose_end(text);
  text = without_loose_end(text.substr(0, length));
  const std::string_view whole_quotes = without_loose_end(text.substr(0, open_quote(text)));
  return has_content(whole_quotes) ? whole_quotes : text;
}

}  // namespace

std::string visible_text(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  bool after_wide = false;
  std::string_view joiner;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const std::string_view character = text.substr(at, next.length_bytes);
    at += next.length_bytes;
    if (is_joiner(next.value)) {
      if (after_wide) joiner = character;
      continue;
    }
    const bool breaks = is_line_break(next.value);
    const bool blank = is_blank(next.value);
    if (!breaks && !blank && is_invisible(next.value)) continue;
    const bool wide = !breaks && !blank && next.value >= 0x80;
    if (wide) visible += joiner;
    joiner = {};
    if (breaks) {
      visible.push_back('\n');
    } else {
      visible += character;
    }
    after_wide = wide;
  }
  return visible;
}

bool shows_something(std::string_view text) {
  for (const char c : text) {
    if (c > ' ' && c < 0x7F) return true;
  }
  return !trim_white_space(visible_text(text)).empty();
}

std::string fold_to_one_line(std::string_view text) {
  return fold(visible_text(text));
}

std::string clean_prompt(std::string_view answer) {
  const std::string visible = visible_text(answer);
  const std::string folded = fold(unwrap_prompt(visible));
  const std::string_view prompt = cut(folded);
  return has_content(prompt) ? std::string(prompt) : std::string();
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  for (std::size_t at = skip_white_space(text, 0); at < text.size(); ++words) {
    while (at < text.size() && skip_white_space(text, at) == at) {
      at += code_point_at(text, at).length_bytes;
    }
    at = skip_white_space(text, at);
  }
  return words;
}

}  // namespace fluxgate
