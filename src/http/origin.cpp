#include "http/origin.h"

#include "base/ascii.h"
#include "http/url.h"

namespace fluxgate {
namespace {

std::string_view without_usual_port(std::string_view origin) {
  const std::string_view port = starts_with_ignoring_case(origin, "https:") ? ":443" : ":80";
  if (origin.ends_with(port)) origin.remove_suffix(port.size());
  return origin;
}

}  // namespace

bool is_loopback_origin(std::string_view origin) {
  const std::string_view host = split_url(origin).authority;
  for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
    if (!host.starts_with(name)) continue;
    const std::string_view rest = host.substr(name.size());
    if (rest.empty() || (rest.front() == ':' && parse_unsigned(rest.substr(1), 65535))) return true;
  }
  return false;
}

bool is_origin_of(std::string_view sent, std::string_view configured) {
  return equals_ignoring_case(without_usual_port(sent), without_usual_port(configured));
}

}  // namespace fluxgate
