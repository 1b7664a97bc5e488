#include "log/log_line.h"

#include <utility>

#include "base/utf8.h"

namespace fluxgate {
namespace {

/// A request with two calls has some 400 bytes.
constexpr std::size_t kUsualBytes = 512;

}  // namespace

std::string limited_json_string(std::string_view text, std::size_t max_bytes) {
  text = utf8_prefix(text, max_bytes);
  for (;;) {
    std::string json;
    json::append_string(json, text);
    if (json.size() <= max_bytes + 2) return json;
    text = utf8_prefix(text, text.size() * max_bytes / json.size());
  }
}

LogLine::LogLine(std::string_view event) : json_(line_) {
  line_.reserve(kUsualBytes);
  json_.begin_object();
  word("ev", event);
}

LogLine& LogLine::word(std::string_view name, std::string_view word) {
  if (word.empty()) return *this;
  json_.key(name).raw("\"");
  line_.append(word).append("\"");
  return *this;
}

LogLine& LogLine::number(std::string_view name, std::int64_t value) {
  json_.key(name).number(value);
  return *this;
}

LogLine& LogLine::text(std::string_view name, std::string_view text) {
  if (!text.empty()) json(name, limited_json_string(text, kMaxLogTextBytes));
  return *this;
}

LogLine& LogLine::remark(std::string_view name, std::string_view text) {
  if (!text.empty()) json(name, limited_json_string(text, kMaxLogRemarkBytes));
  return *this;
}

LogLine& LogLine::json(std::string_view name, std::string_view value) {
  json_.key(name).raw(value);
  return *this;
}

std::string LogLine::finish() {
  json_.end_object();
  return std::move(line_);
}

}  // namespace fluxgate
