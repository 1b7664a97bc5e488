#include "idea/visible_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

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

/// Is the line a mark that says nothing, such as "```", "```text" or "---"?
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
    const std::size_t end = std::max(at + next.length_bytes, skip_visible(line, at, '`'));
    if (is_blank(next.value)) {
      gap = !paragraph.empty();
    } else {
      if (gap) paragraph.push_back(' ');
      gap = false;
      paragraph += line.substr(at, end - at);
    }
    at = end;
  }
}

}  // namespace

std::string visible_text(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  bool after_wide = false;
  std::string_view joiner;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const std::size_t end = std::max(at + next.length_bytes, skip_printable(text, at));
    const std::string_view characters = text.substr(at, end - at);
    at = end;
    if (is_joiner(next.value)) {
      if (after_wide) joiner = characters;
      continue;
    }
    if (next.value == '\n' && at >= 2 && text[at - 2] == '\r') continue;  // The second half of one.
    const bool breaks = is_line_break(next.value);
    const bool blank = is_blank(next.value);
    if (!breaks && !blank && is_invisible(next.value)) continue;
    const bool wide = !breaks && !blank && next.value >= 0x80;
    if (wide) visible += joiner;
    joiner = {};
    if (breaks) {
      visible.push_back('\n');
    } else {
      visible += characters;
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

std::string fold_lines(std::string_view text) {
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

std::string fold_to_one_line(std::string_view text) {
  return fold_lines(visible_text(text));
}

}  // namespace fluxgate
