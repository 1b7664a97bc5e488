// Reads the events of one stream of chat/completions and parses only a few of them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "llm/completion_stream.h"

namespace fluxgate {

/// Reads events as read_stream_delta() does. Most events of a stream differ only in the piece of
/// text that they bring. The reader remembers the bytes before and behind that text, and compares
/// the next events with them instead of parsing.
class StreamDeltaReader {
 public:
  /// Gives the same as read_stream_delta(data), whatever came before.
  Result<StreamDelta> read(std::string_view data);

 private:
  /// Which field of a delta the text goes to.
  using Field = std::string StreamDelta::*;

  bool fits(std::string_view data) const;
  void learn(std::string_view data, const StreamDelta& delta);

  /// How often learn() may still run. Each time costs as much as parsing an event. A stream that
  /// goes from thinking to its answer needs two; more are wasted on a server whose events also
  /// differ elsewhere.
  int times_to_learn_ = 8;
  Field field_ = nullptr;  ///< Null when nothing is remembered.
  std::string before_;     ///< Ends with the quotation mark in front of the text.
  std::string behind_;     ///< Begins with the quotation mark behind the text.
};

}  // namespace fluxgate
