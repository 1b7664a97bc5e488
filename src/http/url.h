// Takes an absolute URL apart without judging it (link/admission.h judges).
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

/// Splits any text; a part that is missing is empty. `url` must outlive the result.
UrlParts split_url(std::string_view url);

/// Is `url` an http:// or https:// URL with a non-empty authority and no white space or control
/// character? A configured base URL must be one.
bool is_http_url(std::string_view url);

/// The absolute URL that `reference`, for example of a `Location` header, names when it stands at
/// the absolute URL `base`. The fragment of `base` is dropped. Source:
/// rfc-editor.org/rfc/rfc3986#section-5.2
std::string resolve_reference(std::string_view base, std::string_view reference);

/// Decodes %XX escapes; any other '%' stays as it is, and '+' stays a plus.
std::string percent_decode(std::string_view text);

/// The decoded value of the first parameter `name` of a query; empty when there is none.
std::string query_parameter(std::string_view query, std::string_view name);

}  // namespace fluxgate
