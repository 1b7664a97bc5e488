#include "prompt/thinking.h"

#include <utility>

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::string_view kOpen = "<think>";
constexpr std::string_view kClose = "</think>";

bool begins_tag(std::string_view text) {
  return starts_with_ignoring_case(kOpen.substr(0, text.size()), text) ||
         starts_with_ignoring_case(kClose.substr(0, text.size()), text);
}

}  // namespace

std::string_view ThinkSplitter::push(std::string_view chunk) {
  split_.thinking.clear();
  while (!chunk.empty()) {
    if (held_.empty()) {
      const std::size_t bracket = chunk.find('<');
      take_text(chunk.substr(0, bracket));
      if (bracket == std::string_view::npos) break;
      chunk.remove_prefix(bracket);
    }
    held_.push_back(chunk.front());
    if (begins_tag(held_)) {
      chunk.remove_prefix(1);
      if (held_.back() == '>') take_tag();
    } else {
      // The byte that does not fit may begin a tag of its own, so it is looked at again. Only a
      // tag's first byte is a bracket: nothing else that was held can be a start.
      held_.pop_back();
      take_text(held_);
      held_.clear();
    }
  }
  return split_.thinking;
}

ThinkSplit ThinkSplitter::finish() {
  split_.thinking.clear();
  take_text(held_);
  if (thinking_) {
    split_.answer.clear();
    split_.unclosed = true;
  }
  ThinkSplit result = std::move(split_);
  *this = ThinkSplitter();
  return result;
}

void ThinkSplitter::take_text(std::string_view text) {
  (thinking_ ? split_.thinking : split_.answer).append(text);
}

void ThinkSplitter::take_tag() {
  const bool closes = held_.size() == kClose.size();
  if (closes && !thinking_) split_.thinking += split_.answer;
  split_.answer.clear();
  thinking_ = !closes;
  held_.clear();
}

}  // namespace fluxgate
