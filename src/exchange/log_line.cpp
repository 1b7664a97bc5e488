#include "exchange/log_line.h"

#include "base/utf8.h"

namespace fluxgate {
namespace {

/// The start of `text` as a JSON string of at most kMaxLogTextBytes between its quotes. A control
/// character takes six bytes.
std::string limited_json_string(std::string_view text) {
  text = utf8_prefix(text, kMaxLogTextBytes);
  for (;;) {
    std::string json;
    json::append_string(json, text);
    if (json.size() <= kMaxLogTextBytes + 2) return json;
    text = utf8_prefix(text, text.size() * kMaxLogTextBytes / json.size());
  }
}

}  // namespace

LogLine::LogLine(Exchange& exchange, std::string_view event)
    : session_(exchange.session()), json_(line_) {
  json_.begin_object();
  json_.key("ev").string(event);
  json_.key("rid").string(exchange.id());
}

LogLine& LogLine::number(std::string_view name, std::int64_t value) {
  json_.key(name).number(value);
  return *this;
}

LogLine& LogLine::text(std::string_view name, std::string_view text) {
  if (!text.empty()) json_.key(name).raw(limited_json_string(text));
  return *this;
}

void LogLine::write() {
  json_.end_object();
  session_.log(std::move(line_));
}

}  // namespace fluxgate
