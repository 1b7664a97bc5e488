// Tells the thinking of a reasoning model from its answer by <think> and </think>.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fluxgate {

struct ThinkSplit {
  /// The thinking, in order, without the tags. From ThinkSplitter::finish() only what push() has
  /// not given.
  std::string thinking;
  /// The text behind the last </think>, or the whole text when there is no tag. Empty when
  /// unclosed.
  std::string answer;
  /// The text has a <think> without a </think> behind it: no answer can be trusted.
  bool unclosed = false;
};

/// Splits a text that comes in chunks; any split into chunks gives the same result. Tags match in
/// any case. Text between <think> and </think> is thinking, and so is text before a </think> that
/// no tag has opened: some servers swallow the first tag. Text before a <think> is neither thinking
/// nor answer. A <think> within thinking is dropped; the next </think> closes all. The splitter
/// holds the text that may be the answer; the caller limits its length. Vectors:
/// tests/vectors/prompt/ours_thinking.json.
class ThinkSplitter {
 public:
  /// Takes the next bytes and gives the thinking that is certain by now, to be shown while it
  /// arrives. The view is valid until the next call. All views together are the thinking, but for
  /// up to 7 bytes that may begin a tag; finish() gives those.
  std::string_view push(std::string_view chunk);

  /// Gives the result of all bytes and makes the splitter as new.
  ThinkSplit finish();

  /// The number of bytes that the splitter holds as the answer so far.
  std::size_t held_bytes() const { return split_.answer.size(); }

 private:
  void take_text(std::string_view text);
  void take_tag();

  ThinkSplit split_;
  bool thinking_ = false;
  std::string held_;  ///< Bytes that may be the start of a tag, as they were written.
};

}  // namespace fluxgate
