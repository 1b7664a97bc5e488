#include "answer/turn_marks.h"

#include <cstddef>
#include <utility>

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// The longest of these marks has 26 bytes.
constexpr std::size_t kMaxMarkBytes = 40;

/// Marks of a turn without the bars of `<|...|>`.
constexpr std::string_view kBareMarks[] = {"</s>",    "<s>",           "<eos>",
                                           "<bos>",   "<end_of_turn>", "<start_of_turn>model",
                                           "[/INST]", "[INST]",        "<start_of_turn>"};

/// The length of the mark of a turn at `at`; 0 when none is there.
std::size_t mark_length(std::string_view text, std::size_t at) {
  for (const std::string_view mark : kBareMarks) {
    if (starts_with_at(text, at, mark)) return mark.size();
  }
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"<|", "|>"}, {"<｜", "｜>"}}) {
    if (!starts_with_at(text, at, open)) continue;
    const std::string_view inside = text.substr(at + open.size(), kMaxMarkBytes);
    const std::size_t end = inside.find(close);
    if (end != kNowhere && inside.substr(0, end).find_first_of(" \n") == kNowhere) {
      return open.size() + end + close.size();
    }
  }
  return 0;
}

}  // namespace

std::string_view without_turn_marks(std::string_view answer) {
  answer = trim_white_space(answer);
  for (std::size_t at = answer.find_first_of("<["); at != kNowhere;
       at = answer.find_first_of("<[", at + 1)) {
    const std::size_t length = mark_length(answer, at);
    if (length == 0) continue;
    const std::string_view before = trim_white_space(answer.substr(0, at));
    if (!before.empty() && !equals_ignoring_case(before, "assistant")) return before;
    answer = trim_white_space(answer.substr(at + length));
    constexpr std::string_view kRole = "assistant\n";
    if (starts_with_ignoring_case(answer, kRole)) answer.remove_prefix(kRole.size());
    at = static_cast<std::size_t>(-1);
  }
  return answer;
}

}  // namespace fluxgate
