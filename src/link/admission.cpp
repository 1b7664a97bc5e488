#include "link/admission.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace fluxgate {
namespace {

// RFC 2606, 6761, 6762, 7686, 8375 and 9476 reserve these names, or they are in common use inside
// networks (RFC 6762, appendix G); Kubernetes names services under `svc`.
constexpr std::string_view kPrivateTopLevels[] = {
    "localhost", "localdomain", "local",   "internal", "private", "lan",  "corp", "home",
    "intranet",  "test",        "invalid", "example",  "onion",   "arpa", "svc",  "alt"};

// A name under these domains resolves to the address that its writer chose, also to 127.0.0.1.
constexpr std::string_view kRebindingDomains[] = {
    "nip.io", "sslip.io", "xip.io",        "localtest.me", "localh.st",
    "lvh.me", "vcap.me",  "lacolhost.com", "1u.ms",        "rbndr.us",
    "fuf.me", "local.gd", "localho.st",    "traefik.me",   "backname.io"};

Error refused(std::string_view rule) {
  return {ErrorCode::upstream_bad_url,
          "The image provider returned an image URL that is not usable.", std::string(rule)};
}

template <class List>
bool contains(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_hex_digit(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

bool is_forbidden_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f || c == '\\';
}

bool is_name_character(char c) {
  return is_alnum(c) || c == '.' || c == '-' || c == '_';
}

bool is_ipv6_character(char c) {
  return is_hex_digit(c) || c == ':' || c == '.';
}

struct Authority {
  std::string host;  ///< Lower-case, not empty; an IPv6 address in its brackets.
  std::string port;  ///< Digits as written; the scheme's default when absent or empty.
};

// Reads `host[:port]`. Gives nothing for userinfo, escapes or bytes outside ASCII.
std::optional<Authority> split_authority(std::string_view text, std::string_view default_port) {
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t close = text.find(']');
  const std::size_t colon = text.find(':', bracketed && close != text.npos ? close : 0);
  const std::string_view host = text.substr(0, colon);
  std::string_view port = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  if (port.empty()) port = default_port;

  const bool host_ok = bracketed ? close == host.size() - 1 && host.size() > 2 &&
                                       all(host.substr(1, close - 1), is_ipv6_character)
                                 : !host.empty() && all(host, is_name_character);
  if (!host_ok || !all(port, is_digit)) return std::nullopt;
  return Authority{to_lower(host), std::string(port)};
}

std::string_view last_label(std::string_view host) {
  return host.substr(host.rfind('.') + 1);
}

// Does the host end in a number? The URL class reads such a host as an IPv4 address or refuses it,
// and never looks it up. `0x` alone is a number, and one trailing dot does not count. Source:
// url.spec.whatwg.org/#ends-in-a-number-checker
bool ends_in_number(std::string_view host) {
  if (host.back() == '.') host.remove_suffix(1);
  const std::string_view label = last_label(host);
  if (label.substr(0, 2) == "0x") return all(label.substr(2), is_hex_digit);
  return !label.empty() && all(label, is_digit);
}

bool is_public_name(std::string_view host) {
  if (host.size() > 253 || contains(kPrivateTopLevels, last_label(host))) return false;
  int label_count = 0;
  for (std::size_t at = 0; at <= host.size(); ++label_count) {
    const std::string_view label = host.substr(at, host.find('.', at) - at);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    at += label.size() + 1;
  }
  return label_count >= 2;
}

bool is_rebinding(std::string_view host) {
  for (const std::string_view domain : kRebindingDomains) {
    if (host == domain || host.ends_with("." + std::string(domain))) return true;
  }
  return false;
}

bool is_listed(std::string_view host, const std::vector<std::string>& image_hosts) {
  for (const std::string& entry : image_hosts) {
    if (entry == host) return true;
    if (entry.starts_with("*.") && host.ends_with(std::string_view(entry).substr(1))) return true;
  }
  return false;
}

// An `own_host` without a port may be on port 443 or 80.
bool is_own_origin(const Authority& target, std::string_view own_host) {
  if (own_host == target.host) return target.port == "443" || target.port == "80";
  return own_host == target.host + ":" + target.port;
}

bool is_own_name(std::string_view host, std::string_view own_host) {
  return own_host.starts_with(host) &&
         (own_host.size() == host.size() || own_host[host.size()] == ':');
}

bool is_internal(const Authority& target, const LinkPolicy& policy) {
  const bool plain_port = target.port == "0" || target.port.front() != '0';
  return plain_port && parse_unsigned(target.port, 65535) &&
         contains(policy.internal_hosts, target.host + ":" + target.port);
}

}  // namespace

Result<std::string> admit_image_url(std::string_view url, const LinkPolicy& policy,
                                    std::string_view own_host) {
  if (url.size() > kMaxImageUrlBytes) return refused("U1");
  if (std::any_of(url.begin(), url.end(), is_forbidden_byte)) return refused("U2");

  const bool https = starts_with_ignoring_case(url, "https://");
  if (!https && !starts_with_ignoring_case(url, "http://")) return refused("U3");
  const std::string_view scheme = https ? "https://" : "http://";
  const std::string_view default_port = https ? "443" : "80";
  url.remove_prefix(scheme.size());
  if (url.starts_with('/')) return refused("U3");

  url = url.substr(0, url.find('#'));
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  const std::string_view rest = url.substr(authority.size());
  const std::optional<Authority> target = split_authority(authority, default_port);

  if (target && is_internal(*target, policy)) {
    if (is_rebinding(target->host)) return refused("U8");
    if (is_own_origin(*target, own_host)) return refused("U9");
  } else {
    if (!https && !policy.allow_http) return refused("U3");
    if (!target || target->host.front() == '[') return refused("U4");
    if (ends_in_number(target->host)) return refused("U5");
    if (target->port != default_port) return refused("U6");
    if (!is_public_name(target->host)) return refused("U7");
    if (is_rebinding(target->host)) return refused("U8");
    if (is_own_name(target->host, own_host)) return refused("U9");
    if (!policy.image_hosts.empty() && !is_listed(target->host, policy.image_hosts)) {
      return refused("U9");
    }
  }

  std::string canonical(scheme);
  canonical += target->host;
  if (target->port != default_port) canonical += ":" + target->port;
  if (!rest.starts_with('/')) canonical += '/';
  canonical += rest;
  if (canonical.size() > kMaxImageUrlBytes) return refused("U1");
  return canonical;
}

std::string_view rule_in_words(std::string_view rule) {
  constexpr std::string_view kRules[][2] = {
      {"U1", "too long"},
      {"U2", "white space, a control character or a backslash"},
      {"U3", "no https URL; ALLOW_HTTP_IMAGES=1 admits http, IMAGE_HOSTS_INTERNAL a host"},
      {"U4", "no plain host; IMAGE_HOSTS_INTERNAL admits one"},
      {"U5", "an IP address; IMAGE_HOSTS_INTERNAL admits one"},
      {"U6", "a port; IMAGE_HOSTS_INTERNAL admits one"},
      {"U7", "no public name; IMAGE_HOSTS_INTERNAL admits one"},
      {"U8", "a name that may mean any address"},
      {"U9", "our own host, or none of IMAGE_HOSTS"},
  };
  for (const auto& [name, words] : kRules) {
    if (rule == name) return words;
  }
  return rule;
}

}  // namespace fluxgate
