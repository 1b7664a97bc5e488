#include "answer/blocks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "answer/labels.h"
#include "answer/speech.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "idea/characters.h"
#include "json/loose_texts.h"

namespace fluxgate {
namespace {

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
/// none: "- ", "• ", "1. ", "2) ", "3、", "4️⃣".
std::size_t item_mark_length(std::string_view line) {
  for (const std::string_view mark :
       {"- ", "* ", "+ ", "• ", "· ", "– ", "— ", "▪ ", "◦ ", "‣ ", "● ", "•", "●", "▪"}) {
    if (starts_with_at(line, 0, mark)) return skip_blanks(line, mark.size());
  }
  std::size_t at = 0;
  while (at < line.size() && at < 3 && is_digit(line[at])) ++at;
  if (at == 0) return 0;
  for (const std::string_view end : {". ", ") ", "、", "．", "）", "\uFE0F\u20E3"}) {
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

/// Where a bold label stands behind words of `line`: "a cat **Negative:** blurry". kNowhere when
/// there is none.
std::size_t inner_label(std::string_view line) {
  constexpr std::size_t kMaxInnerBytes = 40;
  std::size_t at = 0;
  while (at < line.size() && !is_letter(code_point_at(line, at).value)) ++at;
  for (at = line.find(" **", at); at != kNowhere; at = line.find(" **", at + 3)) {
    const std::string_view words = line.substr(at + 3, kMaxInnerBytes);
    const std::size_t end = words.find("**");
    if (end == kNowhere || end == 0) continue;
    const std::string_view inside = words.substr(0, end);
    for (const std::string_view colon : {":", "："}) {
      if (inside.ends_with(colon) || starts_with_at(words, end + 2, colon)) return at;
    }
  }
  return kNowhere;
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
      if (const std::size_t length = json::loose_length(text)) {
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
      text.remove_prefix(cuts ? brace : end == kNowhere ? text.size() : end + 1);
      take_parts(trim_white_space(line));
    }
  }

 private:
  /// Does JSON with a member for the prompt begin here?
  static bool names_prompt(std::string_view text) {
    json::LooseTexts texts(text.substr(0, json::loose_length(text)));
    while (const std::optional<json::LooseTexts::Text> found = texts.next()) {
      if (find_ignoring_case(found->name, "prompt") != kNowhere) return true;
    }
    return false;
  }

  /// Reads the texts of JSON, and `depth` deep of JSON that stands in them: calls of tools have it.
  void read_json(std::string_view text, int depth) {
    json::LooseTexts texts(text);
    while (blocks_.size() < kMaxBlocks) {
      std::optional<json::LooseTexts::Text> found = texts.next();
      if (!found) return;
      if (depth > 0 && json::loose_length(found->value) > 0) {
        read_json(found->value, depth - 1);
      } else {
        blocks_.push_back(
            {std::move(found->value), std::move(found->name), BlockPlace::member, group_});
      }
    }
  }

  /// Takes a line, and each part that begins with a bold label as a line of its own.
  void take_parts(std::string_view line) {
    while (!line.starts_with('|')) {
      const std::size_t label = inner_label(line);
      if (label == kNowhere) break;
      take(trim_white_space(line.substr(0, label)));
      line = trim_white_space(line.substr(label));
    }
    take(line);
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
      if (in_list_ && !blank_before_ && !line.starts_with("**")) {
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
