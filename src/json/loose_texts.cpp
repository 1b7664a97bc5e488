#include "json/loose_texts.h"

#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/escaped_unit.h"

namespace fluxgate::json {
namespace {

/// Longer names are cut: no member that matters has one.
constexpr std::size_t kMaxNameBytes = 404;

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

bool is_one_of(std::string_view text, std::size_t at, std::string_view bytes) {
  return at < text.size() && bytes.find(text[at]) != kNowhere;
}

/// Does the mark at `at` end the string that such a mark began? What JSON has behind a string
/// follows then.
bool ends_string(std::string_view text, std::size_t at) {
  const std::size_t behind = skip_space(text, at + 1);
  return behind >= text.size() || is_one_of(text, behind, ",:}]");
}

/// Appends the character that is escaped at `at` and gives the length of its escape. Half a
/// character and control characters are left out.
std::size_t append_escaped(std::string& value, std::string_view text, std::size_t at) {
  const int unit = escaped_unit(text, at);
  if (unit < 0) {
    const char escaped = at + 1 < text.size() ? text[at + 1] : '\\';
    const bool breaks = escaped == 'n' || escaped == 'r';
    value.push_back(breaks ? '\n' : escaped == 't' ? ' ' : escaped);
    return 2;
  }
  const int low = escaped_unit(text, at + 6);
  if (is_high_surrogate(unit) && is_low_surrogate(low)) {
    append_utf8(value, static_cast<char32_t>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
    return 12;
  }
  const bool is_half = is_high_surrogate(unit) || is_low_surrogate(unit);
  if (unit >= 0x20 && !is_half) append_utf8(value, static_cast<char32_t>(unit));
  return 6;
}

}  // namespace

std::size_t loose_length(std::string_view text) {
  const std::size_t begin = skip_space(text, 0);
  if (!is_one_of(text, begin, "{[")) return 0;
  if (!is_one_of(text, skip_space(text, begin + 1), "\"'{")) return 0;
  std::size_t depth = 0;
  char mark = 0;  // Of the string that `at` is in.
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (mark != 0) {
      if (c == '\\') {
        ++at;
      } else if (c == mark && ends_string(text, at)) {
        mark = 0;
      }
      continue;
    }
    if (c == '"' || c == '\'') mark = c;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
  }
  return text.size();
}

std::optional<LooseTexts::Text> LooseTexts::next() {
  while (at_ < json_.size()) {
    if (!is_one_of(json_, at_, "\"'")) {
      ++at_;
      continue;
    }
    std::string value = read_string();
    const std::size_t behind = skip_space(json_, at_);
    if (!is_one_of(json_, behind, ":")) return Text{name_, std::move(value)};
    name_ = utf8_prefix(value, kMaxNameBytes);
    at_ = behind + 1;
  }
  return std::nullopt;
}

/// Reads the string whose first mark stands at at_, and moves behind it.
std::string LooseTexts::read_string() {
  std::string value;
  const char mark = json_[at_++];
  while (at_ < json_.size() && (json_[at_] != mark || !ends_string(json_, at_))) {
    if (json_[at_] == '\\') {
      at_ += append_escaped(value, json_, at_);
    } else {
      value.push_back(json_[at_++]);
    }
  }
  at_ = at_ < json_.size() ? at_ + 1 : json_.size();
  return value;
}

bool Extent::take(char byte) {
  if (in_string_) {
    in_string_ = escaped_ || byte != '"';
    escaped_ = !escaped_ && byte == '\\';
    return false;
  }
  in_string_ = byte == '"';
  if (byte == '{' || byte == '[') ++depth_;
  return (byte == '}' || byte == ']') && --depth_ == 0;
}

}  // namespace fluxgate::json
