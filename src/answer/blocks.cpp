#include "answer/blocks.h"

#include <algorithm>
#include <utility>

#include "answer/labels.h"
#include "answer/speech.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
/// An answer with more blocks is no answer to a question for one prompt.
constexpr std::size_t kMaxBlocks = 500;

constexpr int kMaxInnerJson = 2;
/// The name of a member for the prompt stands within so much of JSON behind other words.
constexpr std::size_t kMaxJsonLookBytes = 2048;

/// Lines that were broken to fit a width are at least this long.
constexpr std::size_t kMinBrokenBytes = 40;

/// Fences, quotes and brackets of Markdown around and in front of a line's words.
bool is_rule(std::string_view line) {
  std::size_t marks = 0;
  for (const char c : line) {
    if (c == ' ') continue;
    if (std::string_view("-*_=~").find(c) == kNowhere) return line == "———" || line == "—";
    ++marks;
  }
  return marks >= 3;
}

bool is_fence(std::string_view line) {
  return starts_with_at(line, 0, "```") || starts_with_at(line, 0, "~~~");
}

/// The length of a list's mark at the start of `line`, with the blanks behind it; 0 when there is
/// none: "- ", "• ", "1. ", "2) ", "3、".
std::size_t item_mark_length(std::string_view line) {
  for (const std::string_view mark :
       {"- ", "* ", "+ ", "• ", "· ", "– ", "— ", "▪ ", "◦ ", "‣ ", "● ", "•", "●", "▪"}) {
    if (starts_with_at(line, 0, mark)) return skip_blanks(line, mark.size());
  }
  std::size_t at = 0;
  while (at < line.size() && at < 3 && is_digit(line[at])) ++at;
  if (at == 0) return 0;
  for (const std::string_view end : {". ", ") ", "、", "．", "）"}) {
    if (starts_with_at(line, at, end)) return skip_blanks(line, at + end.size());
  }
  return 0;
}

/// The name of a tag such as `<prompt>` at `at`; empty when there is none.
std::string_view tag_name(std::string_view text, std::size_t at, bool closing) {
  if (!starts_with_at(text, at, closing ? "</" : "<")) return {};
  const std::size_t begin = at + (closing ? 2 : 1);
  std::size_t end = begin;
  while (end < text.size() && (is_alpha(text[end]) || text[end] == '_')) ++end;
  if (end == begin || end >= text.size() || text[end] != '>') return {};
  return text.substr(begin, end - begin);
}

/// Do these tags hold what was asked for? Others (`<details>`, `<b>`) say nothing.
bool holds_answer(std::string_view tag) {
  for (const std::string_view part :
       {"prompt", "answer", "output", "final", "solution", "result", "response"}) {
    if (find_ignoring_case(tag, part) != kNowhere) return true;
  }
  return false;
}

int hex_value(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (hex_digit_value(c) < 0) return -1;
    value = value * 16 + hex_digit_value(c);
  }
  return digits.size() == 4 ? value : -1;
}

/// Does the mark at `at` end the string that such a mark began? What JSON has behind a string
/// follows then. Models forget to escape.
bool ends_string(std::string_view text, std::size_t at) {
  const std::size_t behind = skip_white_space(text, at + 1);
  return behind >= text.size() || std::string_view(",:}]").find(text[behind]) != kNowhere;
}

/// Reads the string whose first quotation mark stands at `at`, and moves behind it. Escapes that
/// mean nothing stay.
std::string read_string(std::string_view text, std::size_t& at) {
  std::string value;
  const char mark = text[at];
  for (++at; at < text.size() && (text[at] != mark || !ends_string(text, at)); ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      value.push_back(text[at]);
      continue;
    }
    const char escaped = text[++at];
    if (escaped == 'n' || escaped == 'r' || escaped == 't') {
      value.push_back(escaped == 't' ? ' ' : '\n');
    } else if (escaped != 'u') {
      value.push_back(escaped);
    } else if (const int unit = hex_value(text.substr(at + 1, 4)); unit >= 0) {
      at += 4;
      std::uint32_t code = static_cast<std::uint32_t>(unit);
      if (unit >= 0xD800 && unit < 0xDC00 && text.substr(at + 1, 2) == "\\u") {
        const int low = hex_value(text.substr(at + 3, 4));
        if (low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + static_cast<std::uint32_t>(low - 0xDC00);
          at += 6;
        }
      }
      if (code >= 0x20 && (code < 0xD800 || code > 0xDFFF)) append_utf8(value, code);
    }
  }
  if (at < text.size()) ++at;
  return value;
}

/// As much of a label as says that it is one, or that it is too long for one.
std::string label_of(std::string_view text) {
  return std::string(utf8_prefix(text, kMaxLabelBytes + 4));
}

/// Reads an answer line by line.
class Reader {
 public:
  explicit Reader(std::vector<Block>& blocks) : blocks_(blocks) {}

  void read(std::string_view text) {
    while (!text.empty() && blocks_.size() < kMaxBlocks) {
      if (const std::size_t length = json_length(text)) {
        end_group();
        read_json(text.substr(0, length), kMaxInnerJson);
        end_group();
        text.remove_prefix(length);
        continue;
      }
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      // JSON behind chatter on the same line.
      const std::size_t brace = line.find_first_of("{[");
      const bool cuts =
          brace != kNowhere && brace > 0 && names_prompt(text.substr(brace, kMaxJsonLookBytes));
      if (cuts) line = line.substr(0, brace);
      take(trim_white_space(line));
      text.remove_prefix(cuts ? brace : end == kNowhere ? text.size() : end + 1);
    }
  }

 private:
  /// The bytes of the JSON object or array that `text` begins with; 0 when it begins with none.
  /// One that is cut off goes to the end.
  static std::size_t json_length(std::string_view text) {
    const std::size_t begin = skip_white_space(text, 0);
    if (begin >= text.size() || (text[begin] != '{' && text[begin] != '[')) return 0;
    const std::size_t inside = skip_white_space(text, begin + 1);
    if (inside >= text.size() || std::string_view("\"'{").find(text[inside]) == kNowhere) return 0;
    std::size_t depth = 0;
    char mark = 0;  // Of the string that `at` is in.
    for (std::size_t at = begin; at < text.size(); ++at) {
      if (mark != 0) {
        if (text[at] == '\\') {
          ++at;
        } else if (text[at] == mark && ends_string(text, at)) {
          mark = 0;
        }
        continue;
      }
      if (text[at] == '"' || text[at] == '\'') mark = text[at];
      if (text[at] == '{' || text[at] == '[') ++depth;
      if ((text[at] == '}' || text[at] == ']') && --depth == 0) return at + 1;
    }
    return text.size();
  }

  /// Does JSON with a member for the prompt begin here?
  static bool names_prompt(std::string_view text) {
    const std::size_t length = json_length(text);
    if (length == 0) return false;
    const std::string_view object = text.substr(0, length);
    const std::size_t name = find_ignoring_case(object, "prompt");
    const std::string_view behind = object.substr(std::min(name, object.size()), 60);
    return behind.find("\":") != kNowhere || behind.find("':") != kNowhere;
  }

  /// Reads the texts of JSON, and `depth` deep of JSON that stands in them: calls of tools have it.
  void read_json(std::string_view text, int depth) {
    std::string name;
    for (std::size_t at = 0; at < text.size() && blocks_.size() < kMaxBlocks;) {
      if (text[at] != '"' && text[at] != '\'') {
        ++at;
        continue;
      }
      std::string value = read_string(text, at);
      const std::size_t behind = skip_white_space(text, at);
      if (behind < text.size() && text[behind] == ':') {
        name = label_of(value);
        at = behind + 1;
        continue;
      }
      if (depth > 0 && json_length(value) > 0) {
        read_json(value, depth - 1);
      } else {
        blocks_.push_back({std::move(value), name, BlockPlace::member, group_});
      }
    }
  }

  void take(std::string_view line) {
    if (is_fence(line)) {
      take_fence(line);
      return;
    }
    if (line.empty() || is_rule(line)) {
      end_group();
      return;
    }
    const bool quoted = line.front() == '>';
    while (!line.empty() && line.front() == '>') line = trim_white_space(line.substr(1));
    line = take_tags(line);
    if (line.empty()) return;
    if (line.front() == '#') {
      take_heading(line);
    } else if (line.front() == '|') {
      take_row(line);
    } else if (const std::size_t mark = item_mark_length(line)) {
      if (!in_list_) end_group();
      in_list_ = true;
      add(line.substr(mark), framed_ ? BlockPlace::framed : BlockPlace::item);
    } else {
      const bool framed = quoted || framed_;
      if (in_list_ && !blank_before_) {
        append(line);
      } else {
        if (in_list_) end_group();
        add(line, framed ? BlockPlace::framed : BlockPlace::open);
      }
    }
    blank_before_ = false;
  }

  void take_fence(std::string_view line) {
    end_group();
    const std::size_t behind = line.find_first_not_of("`~");
    std::string_view rest = behind == kNowhere ? std::string_view() : line.substr(behind);
    const std::size_t close = rest.find("```");
    if (close != kNowhere) {  // All on one line.
      add(trim_white_space(rest.substr(0, close)), BlockPlace::framed);
      end_group();
      return;
    }
    framed_ = !framed_;
    if (framed_ && rest.find(' ') != kNowhere) add(rest, BlockPlace::framed);
    if (!framed_) heading_.clear();
  }

  /// Takes the tags off both ends of a line, and keeps whether they hold the answer.
  std::string_view take_tags(std::string_view line) {
    for (;;) {
      if (const std::string_view open = tag_name(line, 0, false); !open.empty()) {
        end_group();
        framed_ = framed_ || holds_answer(open);
        line = trim_white_space(line.substr(open.size() + 2));
      } else if (const std::string_view close = tag_name(line, 0, true); !close.empty()) {
        end_group();
        if (holds_answer(close)) framed_ = false;
        line = trim_white_space(line.substr(close.size() + 3));
      } else {
        break;
      }
    }
    const std::size_t at = line.find("</");
    const std::string_view close = at == kNowhere ? "" : tag_name(line, at, true);
    if (close.empty()) return line;
    add(trim_white_space(line.substr(0, at)), framed_ ? BlockPlace::framed : BlockPlace::open);
    end_group();
    if (holds_answer(close)) framed_ = false;
    return trim_white_space(line.substr(at + close.size() + 3));
  }

  void take_heading(std::string_view line) {
    end_group();
    line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
    heading_ = label_of(trim_white_space(line));
    next_label_.clear();
  }

  /// A row of a table: its first cell names the second.
  void take_row(std::string_view line) {
    if (!in_list_) end_group();
    in_list_ = true;
    std::vector<std::string_view> cells = split_list(line, '|');
    if (!cells.empty() && cells[0].find_first_not_of("-: ") == kNowhere) {
      if (!blocks_.empty() && blocks_.back().group == group_) blocks_.pop_back();  // The head.
      return;
    }
    if (cells.empty()) return;
    if (cells.size() == 1) {
      add(cells[0], BlockPlace::item);
    } else {
      add(std::string(cells[0]) + ": " + std::string(cells[1]), BlockPlace::item);
    }
  }

  void add(std::string_view text, BlockPlace place) {
    if (text.empty()) return;
    if (announces(text)) {
      end_group();
      next_label_ = label_of(text);
      return;
    }
    const bool free = place != BlockPlace::item && next_label_.empty();
    if (free && !blocks_.empty() && goes_on(blocks_.back(), text)) {
      blocks_.back().text.append(" ").append(text);
      return;
    }
    if (fresh_group_) label_ = next_label_.empty() ? heading_ : std::exchange(next_label_, {});
    fresh_group_ = false;
    blocks_.push_back({std::string(text), label_, place, group_});
  }

  void append(std::string_view text) {
    if (blocks_.empty() || blocks_.back().group != group_) return add(text, BlockPlace::open);
    blocks_.back().text.append(" ").append(text);
  }

  /// Is `text` nothing but words in front of what follows: a bold line, or one that ends with a
  /// colon?
  static bool announces(std::string_view text) {
    std::string_view words = text;
    while (!words.empty() && (words.back() == '*' || words.back() == '_')) words.remove_suffix(1);
    if (!words.empty() &&
        (words.back() == ':' || (words.size() >= 3 && words.substr(words.size() - 3) == "："))) {
      return true;
    }
    const bool bold = starts_with_at(text, 0, "**") && words.size() + 2 == text.size() &&
                      text.find("**", 2) == text.size() - 2;
    const bool bracketed =
        (starts_with_at(text, 0, "[") && text.back() == ']') ||
        (starts_with_at(text, 0, "【") && text.size() > 6 && text.substr(text.size() - 3) == "】");
    const auto blanks = std::count(words.begin(), words.end(), ' ');
    return (bold || bracketed) && words.find(',') == kNowhere && words.find("：") == kNowhere &&
           words.find(':') == kNowhere && words.find("，") == kNowhere && blanks <= 4 &&
           words.size() < 60;
  }

  /// Is `line` the rest of what `before` begins? Behind a comma it is. In the same paragraph it is
  /// when the line before is so long that it was broken, and when neither a sentence has ended
  /// there nor a label, another script or talk begins.
  bool goes_on(const Block& before, std::string_view line) const {
    const char32_t last = code_point_before(before.text, before.text.size()).value;
    if (before.place == BlockPlace::member) return false;
    const Wording wording = wording_of(line);
    const bool talks = wording.asks || wording.exclaims || wording.spoken * 2 > wording.phrases;
    if (talks) return false;
    if (last == ',' || last == U'，' || last == U'、') return true;
    if (before.group != group_ || before.text.size() < kMinBrokenBytes) return false;
    constexpr std::u32string_view kEnds = U".!?:。！？：…";
    if (kEnds.find(last) != std::u32string_view::npos) return false;
    const std::size_t colon = std::min(line.find(':'), line.find("："));
    const std::string_view label = line.substr(0, colon);
    if (colon < kMinBrokenBytes && label.find(',') == kNowhere) return false;
    const bool wide_before = static_cast<unsigned char>(before.text.front()) >= 0xE0;
    const bool wide = static_cast<unsigned char>(line.front()) >= 0xE0;
    return wide_before == wide;
  }

  void end_group() {
    ++group_;
    in_list_ = false;
    fresh_group_ = true;
    blank_before_ = true;
  }

  std::vector<Block>& blocks_;
  std::string heading_;     ///< Of all that follows, until the next one.
  std::string next_label_;  ///< Of the group that follows.
  std::string label_;       ///< Of this group.
  std::size_t group_ = 0;
  bool framed_ = false;
  bool in_list_ = false;
  bool fresh_group_ = true;
  bool blank_before_ = true;
};

}  // namespace

std::vector<Block> read_blocks(std::string_view answer) {
  std::vector<Block> blocks;
  Reader(blocks).read(answer);
  return blocks;
}

}  // namespace fluxgate
