// The thinking of a reasoning model and its answer, told apart by <think> and </think>.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

struct ThinkSplit {
  /// All thinking, in order, without the tags; of a ThinkSplitter what push() has not given.
  std::string thinking;
  /// What follows the last </think>, or the whole text when there is no tag. Empty when unclosed.
  std::string answer;
  /// A <think> without a </think> behind it: there is no answer to trust.
  bool unclosed = false;
};

/// Incremental: any split of the same bytes gives the same result.
/// Tags are matched in any case. Thinking is what stands between <think> and </think>, and what
/// stands in front of a </think> that nothing has opened: some servers swallow the first tag. What
/// stands in front of a <think> is neither thinking nor answer. A <think> within thinking is
/// dropped; the next </think> closes all.
/// Holds what may be the answer; the caller limits it. Vectors:
/// tests/vectors/prompt/ours_thinking.json.
class ThinkSplitter {
 public:
  /// Takes the next bytes and returns the thinking that became known by them, for showing it while
  /// it arrives. The view is valid until the next call. All the views together are the thinking,
  /// but for up to 7 bytes that could have begun a tag and come only with finish().
  std::string_view push(std::string_view chunk);

  /// The result of all that was pushed; the splitter is then as new.
  ThinkSplit finish();

  /// How much of the text is held.
  std::size_t held_bytes() const { return split_.answer.size(); }

 private:
  void take_text(std::string_view text);
  void take_tag();

  ThinkSplit split_;
  bool thinking_ = false;
  std::string held_;  ///< What may be the start of a tag, as it was written.
};

}  // namespace fluxgate
