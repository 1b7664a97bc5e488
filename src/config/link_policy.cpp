#include "config/link_policy.h"

#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "config/config_error.h"

namespace fluxgate {
namespace {

bool is_host(std::string_view text) {
  for (const char c : text) {
    if (!is_alnum(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return !text.empty();
}

/// Is it a pattern such as "cdn.example.net" or "*.example.net"?
bool is_host_pattern(std::string_view text) {
  if (text.substr(0, 2) == "*.") text.remove_prefix(2);
  return is_host(text) && text.find('.') != std::string_view::npos;
}

/// Is it a host with a port, "127.0.0.1:9000", "[::1]:9000" or "backend:8080", spelled as in URLs,
/// the port without leading zeros?
bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return (is_host(host) || bracketed) && parse_unsigned(port, 65535) && port.front() != '0';
}

}  // namespace

Result<LinkPolicy> read_link_policy(const Environment& environment) {
  LinkPolicy policy;
  for (const std::string& host : environment.get_list("IMAGE_HOSTS")) {
    if (!is_host_pattern(host)) {
      return config_error("IMAGE_HOSTS must be a list of hosts, cdn.example.net or *.example.net.");
    }
    policy.image_hosts.push_back(to_lower(host));
  }
  if (policy.image_hosts.empty() && !environment.get("IMAGE_HOSTS").empty()) {
    return config_error("IMAGE_HOSTS is set but names no host.");
  }
  for (const std::string& host : environment.get_list("IMAGE_HOSTS_INTERNAL")) {
    if (!is_host_and_port(host)) {
      return config_error("IMAGE_HOSTS_INTERNAL must be a list of host:port.");
    }
    policy.internal_hosts.push_back(to_lower(host));
  }
  Result<bool> allow_http = environment.get_switch("ALLOW_HTTP_IMAGES", false);
  if (!allow_http) return std::move(allow_http).error();
  policy.allow_http = *allow_http;
  return policy;
}

}  // namespace fluxgate
