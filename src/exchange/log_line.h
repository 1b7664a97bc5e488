// One line for the operator's log, as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "json/writer.h"

namespace fluxgate {

/// Writes `{"ev":...,"rid":...,...}`. A line must hold no secret, and a prompt only where
/// LOG_PROMPTS allows it.
///
///   LogLine(exchange, "image_attempt").number("key", 0).number("status", 401).write();
class LogLine {
 public:
  LogLine(Exchange& exchange, std::string_view event);

  LogLine& number(std::string_view name, std::int64_t value);
  /// Adds `text`, cut to kMaxLogTextBytes of JSON. An empty text is left out.
  LogLine& text(std::string_view name, std::string_view text);
  void write();

 private:
  Session& session_;
  std::string line_;
  json::Writer json_;
};

/// A line with three texts of this length stays under 4 KiB, which every log pipeline takes as one
/// line.
constexpr std::size_t kMaxLogTextBytes = 1024;
/// What an upstream says of a failure is logged up to this length: longer messages would only fill
/// the log.
constexpr std::size_t kMaxLoggedMessageBytes = 256;

}  // namespace fluxgate
