#include "answer/turn.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kMarks = "*_#`[]<> \t\r\n";

struct Word {
  std::string_view name;
  Turn turn;
};
constexpr Word kWords[] = {{"PICTURE", Turn::picture}, {"EDIT", Turn::edit}, {"TEXT", Turn::text}};

/// `word` without what makes Markdown of it: a picture, a link, an autolink, HTML.
std::string harmless(std::string_view word) {
  std::string plain;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char c = word[at];
    const char next = at + 1 < word.size() ? word[at + 1] : ' ';
    const bool joins_link = c == ']' && (next == '(' || next == '[' || next == ':');
    const bool opens_picture = c == '!' && next == '[';
    const bool opens_tag =
        c == '<' && (is_alpha(next) || next == '/' || next == '!' || next == '?');
    if (joins_link || opens_picture || opens_tag) plain.push_back('\\');
    plain.push_back(c);
    if (c == ':' && starts_with_at(word, at + 1, "//")) plain.push_back(' ');
    if (c == '.' && at >= 3 && equals_ignoring_case(word.substr(at - 3, 3), "www")) {
      plain.push_back(' ');
    }
  }
  return plain;
}

/// Does an answer that begins with these two characters begin as JSON or code? "[a](b)" does not.
bool begins_data(char first, char second) {
  if (first == '[') return is_digit(second) || std::string_view("\"{[]").find(second) != kNowhere;
  return first == '{' || (first == '`' && second == '`');
}

}  // namespace

TurnReading read_turn(std::string_view answer) {
  const std::size_t begin = std::min(answer.find_first_not_of(kMarks), answer.size());
  const std::string_view text = answer.substr(begin);
  for (const auto& [name, turn] : kWords) {
    if (text.size() < name.size()) {
      if (name.starts_with(text)) return {Turn::picture, answer, false};
      continue;
    }
    if (!text.starts_with(name)) continue;
    std::string_view rest = text.substr(name.size());
    const std::size_t end = rest.find_first_not_of("*_`]> \t\r");
    if (end == kNowhere) return {turn, "", false};
    const bool ends_line = rest[end] == '\n' || rest[end] == ':';
    if (!ends_line) break;  // "TEXT in gold letters" is the prompt itself.
    return {turn, trim_white_space(rest.substr(end + 1)), true};
  }
  return {Turn::picture, answer, true};
}

std::string TextFilter::push(std::string_view text) {
  held_ += text;
  if (!begun_) {
    held_.erase(0, skip_white_space(held_, 0));
    const std::size_t second = held_.empty() ? 0 : skip_white_space(held_, 1);
    if (second >= held_.size()) return {};
    begun_ = true;
    is_data_ = begins_data(held_.front(), held_[second]);
  }
  if (is_data_) return std::exchange(held_, {});
  const std::size_t blank = held_.find_last_of(" \n\t");
  if (blank == kNowhere) return {};
  std::string out = harmless(std::string_view(held_).substr(0, blank + 1));
  held_.erase(0, blank + 1);
  return out;
}

std::string TextFilter::finish() {
  std::string out = is_data_ ? std::exchange(held_, {}) : harmless(held_);
  *this = TextFilter();
  return out;
}

}  // namespace fluxgate
