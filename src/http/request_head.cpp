#include "http/request_head.h"

namespace fluxgate {

RequestHead parse_request_head(std::string_view text) {
  RequestHead head;
  const std::size_t line_end = text.find('\n');
  const std::string_view line = text.substr(0, line_end);
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return head;
  head.method = parse_method(line.substr(0, space));
  head.url = line.substr(space + 1);
  if (line_end != std::string_view::npos) {
    head.headers = Headers::from_lines(std::string(text.substr(line_end + 1)));
  }
  return head;
}

}  // namespace fluxgate
