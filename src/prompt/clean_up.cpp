#include "prompt/clean_up.h"

#include <algorithm>

#include "answer/choose.h"
#include "base/ascii.h"
#include "idea/characters.h"
#include "idea/visible_text.h"

namespace fluxgate {
namespace {

/// A longer piece between two spaces is text of a script without spaces, not a word.
constexpr std::size_t kMaxWordBytes = 64;

bool is_in(char32_t value, char32_t first, char32_t last) {
  return value >= first && value <= last;
}

/// Is it a letter, a digit or a pictograph, and no punctuation?
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

/// The length of the longest start of a folded text within both limits.
std::size_t allowed_length(std::string_view text, std::size_t max_words) {
  std::size_t end = 0;
  for (std::size_t words = 0; words < max_words && end < text.size(); ++words) {
    const std::size_t space = text.find(' ', end == 0 ? 0 : end + 1);
    end = space == kNowhere ? text.size() : space;
  }
  if (end <= kMaxPromptBytes) return end;
  const std::size_t whole = utf8_prefix(text, kMaxPromptBytes).size();
  const std::size_t space = text.rfind(' ', whole);
  return space == kNowhere || whole - space > kMaxWordBytes ? whole : space;
}

/// `text` without separators, opening brackets and joiners at its end.
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

/// Where a quotation begins that has no end; the length of the text when there is none.
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

std::string_view cut(std::string_view text, std::size_t max_words) {
  const std::size_t length = allowed_length(text, max_words);
  if (length == text.size()) return without_loose_end(text);
  text = without_loose_end(text.substr(0, length));
  const std::string_view whole_quotes = without_loose_end(text.substr(0, open_quote(text)));
  return has_content(whole_quotes) ? whole_quotes : text;
}

}  // namespace

std::string tidy_prompt(std::string_view text, std::size_t max_words) {
  const std::string folded = fold_to_one_line(text);
  const std::string_view prompt = cut(folded, max_words);
  return has_content(prompt) ? std::string(prompt) : std::string();
}

std::string clean_prompt(std::string_view answer, std::size_t max_words) {
  return tidy_prompt(choose_prompt(visible_text(answer)), max_words);
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
