#include "gateway/log_line.h"

#include "base/utf8.h"

namespace fluxgate {

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
  if (!text.empty()) json_.key(name).string(utf8_prefix(text, kMaxLogTextBytes));
  return *this;
}

void LogLine::write() {
  json_.end_object();
  session_.log(std::move(line_));
}

}  // namespace fluxgate
