#include "answer/turn.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
/// Before the second character of JSON stands no more white space.
constexpr std::size_t kMaxIndentBytes = 256;
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
    // A backslash of its own would take the force of ours.
    const bool escapes = c == '\\' && std::string_view("\\]![<(").find(next) != kNowhere;
    if (escapes || joins_link || opens_picture || opens_tag) plain.push_back('\\');
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
  if (first == '[') return std::string_view("\"{").find(second) != kNowhere;
  return (first == '{' && (second == '"' || second == '}')) || (first == '`' && second == '`');
}

}  // namespace

TurnReading read_turn(std::string_view answer) {
  constexpr std::string_view kWideColon = "：";
  const std::size_t begin = std::min(answer.find_first_not_of(kMarks), answer.size());
  const auto behind = [&](Turn turn, std::size_t at) {
    return TurnReading{turn, trim_white_space(answer.substr(at)), at, true};
  };
  for (const auto& [name, turn] : kWords) {
    const std::string_view text = answer.substr(begin);
    if (text.size() < name.size() && name.starts_with(text))
      return {Turn::picture, answer, 0, false};
    if (!text.starts_with(name)) continue;
    const std::size_t word_end = begin + name.size();
    const std::size_t end = answer.find_first_not_of("*_`]> \t\r", word_end);
    if (end == kNowhere) return {turn, "", answer.size(), false};
    if (answer[end] == '\n' || answer[end] == ':') return behind(turn, end + 1);
    if (starts_with_at(answer, end, kWideColon)) return behind(turn, end + kWideColon.size());
    if (kWideColon.starts_with(answer.substr(end))) return {Turn::picture, answer, 0, false};
    // "PICTURE a fox" has the word in front, but "TEXT in gold letters" is the prompt itself.
    if (turn == Turn::picture && end > word_end) return behind(turn, end);
    break;
  }
  return {Turn::picture, answer, 0, true};
}

std::string TextFilter::push(std::string_view text) {
  const std::size_t known = begun_ ? held_.size() : 0;  // So much holds no blank.
  held_ += text;
  if (!begun_) {
    held_.erase(0, std::min(held_.find_first_not_of(kSpaces), held_.size()));
    if (held_.size() < 2) return {};
    // What is far indented is no data: looking for its end again and again would take too long.
    const std::size_t second = held_.find_first_not_of(kSpaces, 1);
    const std::size_t indent = std::min(second, held_.size());
    if (second == kNowhere && indent <= kMaxIndentBytes) return {};
    begun_ = true;
    is_data_ = indent <= kMaxIndentBytes && begins_data(held_.front(), held_[second]);
    fenced_ = held_.front() == '`';
  }
  if (is_data_) return take_data();
  const std::size_t behind = std::string_view(held_).substr(known).find_last_of(" \n\t");
  if (behind == kNowhere) return {};
  const std::size_t blank = known + behind;
  std::string out = harmless(std::string_view(held_).substr(0, blank + 1));
  held_.erase(0, blank + 1);
  return out;
}

/// Gives what belongs to the JSON or the fenced code that the answer begins with. What follows it
/// is text again.
std::string TextFilter::take_data() {
  std::size_t at = 0;
  while (at < held_.size() && is_data_) {
    const char c = held_[at++];
    if (fenced_) {
      ticks_ = c == '`' ? ticks_ + 1 : 0;
      is_data_ = !(ticks_ == 3 && ++fences_ == 2);
    } else {
      is_data_ = !extent_.take(c);
    }
  }
  std::string out = held_.substr(0, at);
  held_.erase(0, at);
  return out;
}

std::string TextFilter::finish() {
  std::string out = is_data_ ? take_data() : std::string();
  out += harmless(held_);
  *this = TextFilter();
  return out;
}

}  // namespace fluxgate
