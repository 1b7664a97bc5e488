#include "http/url.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// Does the reference begin with a scheme ("https:", "data:")?
bool has_scheme(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":/?#");
  return end != std::string_view::npos && end > 0 && reference[end] == ':';
}

/// Gives an absolute path without "." and ".." segments.
std::string without_dot_segments(std::string_view path) {
  std::string result;
  while (!path.empty()) {
    const std::size_t end = path.find('/', 1);
    const std::string_view segment = path.substr(0, end);
    const bool last = end == std::string_view::npos;
    if (segment == "/..") result.resize(result.empty() ? 0 : result.rfind('/'));
    if (segment != "/." && segment != "/..") {
      result += segment;
    } else if (last) {
      result += '/';
    }
    path = last ? std::string_view() : path.substr(end);
  }
  return result;
}

}  // namespace

UrlParts split_url(std::string_view url) {
  UrlParts parts;
  std::string_view rest = url.substr(0, url.find('#'));
  if (const std::size_t colon = rest.find("://"); colon != std::string_view::npos) {
    parts.scheme = rest.substr(0, colon);
    const std::size_t authority = colon + 3;
    const std::size_t end = rest.find_first_of("/?", authority);
    parts.authority = rest.substr(authority, end == std::string_view::npos ? end : end - authority);
    parts.origin = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  const std::size_t question = rest.find('?');
  parts.path = rest.substr(0, question);
  if (question != std::string_view::npos) parts.query = rest.substr(question + 1);
  return parts;
}

bool is_http_url(std::string_view url) {
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  }
  const UrlParts parts = split_url(url);
  return !parts.authority.empty() && (equals_ignoring_case(parts.scheme, "https") ||
                                      equals_ignoring_case(parts.scheme, "http"));
}

std::string resolve_reference(std::string_view base, std::string_view reference) {
  if (has_scheme(reference)) return std::string(reference);
  const UrlParts from = split_url(base);
  if (reference.substr(0, 2) == "//") {
    return std::string(from.scheme) + ":" + std::string(reference);
  }
  const std::string_view path = reference.substr(0, reference.find_first_of("?#"));
  const std::string_view rest = reference.substr(path.size());
  std::string target(from.origin);
  if (path.empty()) {
    target += from.path;
    if (rest.substr(0, 1) != "?" && !from.query.empty()) target.append("?").append(from.query);
  } else if (path.front() == '/') {
    target += without_dot_segments(path);
  } else {
    const std::string folder(from.path.substr(0, from.path.rfind('/') + 1));
    target += without_dot_segments((folder.empty() ? "/" : folder) + std::string(path));
  }
  return target.append(rest);
}

std::string percent_decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit_value(text[i + 2]) : -1;
    if (low < 0) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return bytes;
}

std::string query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return percent_decode(pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace fluxgate
