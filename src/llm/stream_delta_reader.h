// The events of one stream of chat/completions, most of which need not be parsed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/completion_stream.h"

namespace fluxgate {

/// Reads events as read_stream_delta() does. Those of one stream mostly differ in nothing but the
/// piece of text that they bring: what stands before and behind it is remembered, and an event that
/// is the same there is only compared with it.
class StreamDeltaReader {
 public:
  /// As read_stream_delta(data), whatever came before.
  Result<StreamDelta> read(std::string_view data);

 private:
  /// Which field of a delta the text goes to.
  using Field = std::string StreamDelta::*;

  bool fits(std::string_view data) const;
  void learn(std::string_view data, const StreamDelta& delta);

  /// Each time costs as much as parsing an event. A server whose events differ elsewhere, too, is
  /// not worth more of them; one that goes from thinking to its answer needs two.
  int times_to_learn_ = 8;
  Field field_ = nullptr;  ///< Null: nothing is remembered.
  std::string before_;     ///< With the quotation mark in front of the text.
  std::string behind_;     ///< With the quotation mark behind it.
};

}  // namespace fluxgate
