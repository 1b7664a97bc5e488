// Tells the thinking of a reasoning model from its answer by the marks around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fluxgate {

struct ThinkSplit {
  /// The thinking, in order, without the marks. From ThinkSplitter::finish() only what push() has
  /// not given.
  std::string thinking;
  /// The text behind the last closing mark, or the whole text when there is no mark. Empty when
  /// unclosed.
  std::string answer;
  /// The text has an opening mark without a closing one behind it: no answer can be trusted.
  bool unclosed = false;
};

/// Most bytes of a mark, and of what push() holds back since it may be one.
constexpr std::size_t kMaxThinkMarkBytes = 40;

/// Splits a text that comes in chunks; any split into chunks gives the same result. Marks are, in
/// any case and with blanks inside,
/// - tags whose name tells of thinking: `<think>`, `</thinking>`, `[THINK]`, `◁/think▷`,
///   `<|begin_of_thought|>`, `<seed:think>`;
/// - the headers of gpt-oss, `<|channel|>analysis<|message|>`: all channels but `final` are
///   thinking. Where a server has swallowed their marks, finish() tells them by their words.
/// Text between an opening and a closing mark is thinking, and so is text before a closing mark
/// that nothing has opened: some servers swallow the first mark. Text before an opening mark is
/// neither thinking nor answer. An opening mark within thinking is dropped; the next closing mark
/// closes all. The splitter holds the text that may be the answer; the caller limits its length.
/// Vectors: tests/vectors/answer/ours_thinking.json.
class ThinkSplitter {
 public:
  /// Takes the next bytes and gives the thinking that is certain by now, to be shown while it
  /// arrives. The view is valid until the next call. All views together are the thinking, but for
  /// up to kMaxThinkMarkBytes that may begin a mark, and for headers without marks; finish() gives
  /// those.
  std::string_view push(std::string_view chunk);

  /// Gives the result of all bytes and makes the splitter as new.
  ThinkSplit finish();

  /// The number of bytes that the splitter holds as the answer so far.
  std::size_t held_bytes() const { return split_.answer.size(); }
  /// What may be the answer so far.
  std::string_view answer_so_far() const { return split_.answer; }

 private:
  /// What the text that comes is part of.
  enum class Part : std::uint8_t { answer, thinking, header };

  void take_text(std::string_view text);
  void take_mark();
  void open();
  void close();
  void take_message();

  ThinkSplit split_;
  Part part_ = Part::answer;
  bool has_channels_ = false;  ///< Headers of gpt-oss were seen.
  std::string header_;         ///< What stands in a header so far.
  std::string held_;           ///< Bytes that may be the start of a mark, as they were written.
};

}  // namespace fluxgate
