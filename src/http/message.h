// Requests and responses as values.
#pragma once

#include <string>
#include <string_view>

#include "http/headers.h"

namespace fluxgate {

enum class Method { get, head, post, put, del, options, other };

/// Methods are case-sensitive (RFC 9110 §9.1): "get" is `other`.
Method parse_method(std::string_view name);
std::string_view method_name(Method method);

/// A call that we make. `url` is absolute.
struct Request {
  Method method = Method::get;
  std::string url;
  Headers headers;
  std::string body;
};

/// A complete answer that we give.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

}  // namespace fluxgate
