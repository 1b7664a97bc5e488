#include "answer/thinking.h"

#include <utility>

#include "base/ascii.h"

namespace fluxgate {
namespace {

struct Brackets {
  std::string_view open;
  std::string_view close;
};
constexpr Brackets kBrackets[] = {{"<", ">"}, {"[", "]"}, {"◁", "▷"}};

/// What the name of a tag means for the splitter.
enum class Mark : std::uint8_t { none, opens, closes, channel, message, turn, end };

bool is_name_byte(char c) {
  return is_alnum(c) || c == '_' || c == ':' || c == '|' || c == '/' || c == '-' || c == ' ';
}

/// Is `text` the beginning of a tag, or a whole one?
bool begins_tag(std::string_view text) {
  for (const Brackets& pair : kBrackets) {
    if (text.size() <= pair.open.size()) {
      if (pair.open.substr(0, text.size()) == text) return true;
      continue;
    }
    if (text.substr(0, pair.open.size()) != pair.open) continue;
    if (text.size() > kMaxThinkMarkBytes) return false;
    std::size_t at = pair.open.size();
    while (at < text.size() && is_name_byte(text[at])) ++at;
    const std::string_view end = text.substr(at);
    return end.size() <= pair.close.size() && pair.close.substr(0, end.size()) == end;
  }
  return false;
}

/// The name in a whole tag, in lower case and without blanks; empty when `text` is not whole.
std::string name_of(std::string_view text) {
  for (const Brackets& pair : kBrackets) {
    if (text.size() < pair.open.size() + pair.close.size()) continue;
    if (text.substr(0, pair.open.size()) != pair.open) continue;
    if (text.substr(text.size() - pair.close.size()) != pair.close) return {};
    text.remove_prefix(pair.open.size());
    text.remove_suffix(pair.close.size());
    std::string name;
    for (const char c : text) {
      if (c != ' ') name.push_back(to_lower(c));
    }
    return name.empty() ? std::string(" ") : name;
  }
  return {};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != kNowhere;
}

Mark mark_named(std::string_view name) {
  if (name == "|channel|") return Mark::channel;
  if (name == "|message|") return Mark::message;
  if (name == "|start|") return Mark::turn;
  if (name == "|end|" || name == "|return|" || name == "|call|") return Mark::end;
  if (name == "|inner_prefix|" || name == "unused94") return Mark::opens;  // Apertus, MedGemma
  if (name == "|inner_suffix|" || name == "unused95") return Mark::closes;
  for (const std::string_view word :
       {"think", "thought", "reasoning", "reflection", "scratchpad", "analysis"}) {
    if (!contains(name, word)) continue;
    if (name.back() == '/') return Mark::none;  // An element without content.
    const bool closes = contains(name, "/") || contains(name, "end_");
    return closes ? Mark::closes : Mark::opens;
  }
  return Mark::none;
}

/// The headers of gpt-oss when a server has swallowed their marks: "analysis...assistantfinal...".
void split_bare_channels(ThinkSplit& split) {
  constexpr std::string_view kFinal = "assistantfinal";
  const std::string_view text = split.answer;
  if (text.substr(0, 8) != "analysis") return;
  const std::size_t at = text.rfind(kFinal);
  if (at == kNowhere) return;
  split.thinking += text.substr(8, at - 8);
  split.answer.erase(0, at + kFinal.size());
}

}  // namespace

std::string_view ThinkSplitter::push(std::string_view chunk) {
  split_.thinking.clear();
  while (!chunk.empty()) {
    if (held_.empty()) {
      const std::size_t bracket = chunk.find_first_of("<[\xE2");
      take_text(chunk.substr(0, bracket));
      if (bracket == kNowhere) break;
      chunk.remove_prefix(bracket);
    }
    held_.push_back(chunk.front());
    if (begins_tag(held_)) {
      chunk.remove_prefix(1);
      if (!name_of(held_).empty()) take_mark();
    } else {
      // The byte that does not fit may begin a tag of its own, so it is looked at again. Only a
      // tag's first byte is a bracket: nothing else that was held can be a start.
      held_.pop_back();
      if (held_.empty()) {
        take_text(chunk.substr(0, 1));
        chunk.remove_prefix(1);
      } else {
        take_text(held_);
        held_.clear();
      }
    }
  }
  return split_.thinking;
}

ThinkSplit ThinkSplitter::finish() {
  split_.thinking.clear();
  take_text(held_);
  if (part_ != Part::answer) {
    split_.answer.clear();
    split_.unclosed = true;
  }
  split_bare_channels(split_);
  ThinkSplit result = std::move(split_);
  *this = ThinkSplitter();
  return result;
}

void ThinkSplitter::take_text(std::string_view text) {
  switch (part_) {
    case Part::answer: split_.answer.append(text); break;
    case Part::thinking: split_.thinking.append(text); break;
    case Part::header:
      if (header_.size() < kMaxThinkMarkBytes) header_.append(text);
      break;
  }
}

void ThinkSplitter::take_mark() {
  const std::string name = name_of(held_);
  // In square brackets only [THINK] is a mark; other words there belong to prompts.
  const bool is_word = held_.front() == '[' && name != "think" && name != "/think";
  const Mark mark = is_word ? Mark::none : mark_named(name);
  const std::string written = std::exchange(held_, {});
  switch (mark) {
    case Mark::opens: open(); return;
    case Mark::closes: close(); return;
    case Mark::channel:
      has_channels_ = true;
      header_.clear();
      part_ = Part::header;
      return;
    case Mark::message: take_message(); return;
    case Mark::turn:
    case Mark::end:
      if (!has_channels_) break;
      if (part_ != Part::answer) part_ = Part::header;
      return;
    case Mark::none: break;
  }
  take_text(written);
}

void ThinkSplitter::open() {
  split_.answer.clear();
  part_ = Part::thinking;
}

void ThinkSplitter::close() {
  if (part_ == Part::answer) split_.thinking += split_.answer;
  split_.answer.clear();
  part_ = Part::answer;
}

void ThinkSplitter::take_message() {
  if (part_ != Part::header) return;
  if (starts_with_ignoring_case(trim(header_), "final")) {
    close();
  } else {
    open();
  }
}

}  // namespace fluxgate
