// One line for the operator's log, as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/writer.h"

namespace fluxgate {

/// Longest text of a line, as JSON. A line may have three of them (docs/logs.md).
constexpr std::size_t kMaxLogTextBytes = 1024;
/// Longest name, code or remark of a line, as JSON.
constexpr std::size_t kMaxLogRemarkBytes = 256;

/// Writes `{"ev":...,...}`. A line must hold no secret, and a prompt only where LOG_PROMPTS allows
/// it. Each field at most once; an empty text is left out.
///
///   session.log(LogLine("store_failed").word("rid", exchange.id()).finish());
class LogLine {
 public:
  explicit LogLine(std::string_view event);
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;

  LogLine& number(std::string_view name, std::int64_t value);
  /// Adds a short text of ours that needs no escaping.
  LogLine& word(std::string_view name, std::string_view word);
  /// Adds `text`, cut to kMaxLogTextBytes.
  LogLine& text(std::string_view name, std::string_view text);
  /// Adds `text`, cut to kMaxLogRemarkBytes.
  LogLine& remark(std::string_view name, std::string_view text);
  /// Adds a value that is JSON already.
  LogLine& json(std::string_view name, std::string_view value);
  /// Gives the whole line. Nothing may be added afterwards.
  std::string finish();

 private:
  std::string line_;
  json::Writer json_;
};

/// The start of `text`, UTF-8, as a JSON string of at most `max_bytes` between its quotes. A
/// control character takes six bytes.
std::string limited_json_string(std::string_view text, std::size_t max_bytes);

}  // namespace fluxgate
