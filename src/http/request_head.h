// The head of the client's request, as a host hands it over.
#pragma once

#include <string>
#include <string_view>

#include "http/headers.h"
#include "http/message.h"

namespace fluxgate {

/// What a client asked, before its body is read.
struct RequestHead {
  Method method = Method::other;
  std::string url;  ///< Absolute: "https://gateway.example/v1/models?x=y".
  Headers headers;
};

/// Reads "METHOD URL\n" and header lines "name: value\n". Any text gives a head; one that cannot be
/// read has Method::other and an empty URL, which no route matches.
RequestHead parse_request_head(std::string_view text);

}  // namespace fluxgate
