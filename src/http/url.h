// Taking an absolute URL apart, without judging it (link/admission.h judges).
#pragma once

#include <string>
#include <string_view>

namespace fluxgate {

/// The pieces of "scheme://authority/path?query#fragment"; views into the text that was split.
struct UrlParts {
  std::string_view scheme;     ///< "https"; empty when the text has no "://".
  std::string_view authority;  ///< "host:port"
  std::string_view path;       ///< Starts with '/', or is empty.
  std::string_view query;      ///< Without '?'.
  std::string_view origin;     ///< "https://host:port"
};

/// Any text gives parts; a piece that is missing is empty. `url` must outlive the result.
UrlParts split_url(std::string_view url);

/// True for http:// or https:// with a non-empty authority and no white space or control character:
/// what a configured base URL must be.
bool is_http_url(std::string_view url);

/// Where a `Location` header leads, seen from the absolute URL `base`: an absolute URL, without a
/// fragment of its own. Source: rfc-editor.org/rfc/rfc3986#section-5.2
std::string resolve_reference(std::string_view base, std::string_view reference);

/// The bytes behind %XX escapes; a '%' that starts none stays as it is, and '+' stays a plus.
std::string percent_decode(std::string_view text);

/// The decoded value of one parameter of a query; empty when it is not there. The first of several
/// counts.
std::string query_parameter(std::string_view query, std::string_view name);

}  // namespace fluxgate
