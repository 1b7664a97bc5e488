// Origins of web pages, as the header Origin tells them. Source:
// fetch.spec.whatwg.org/#origin-header
#pragma once

#include <string_view>

namespace fluxgate {

/// Is a page of this origin served by the machine that shows it?
bool is_loopback_origin(std::string_view origin);

/// Is `sent`, as a browser writes it, the origin that somebody has configured, in any case and with
/// or without the port that its scheme implies?
bool is_origin_of(std::string_view sent, std::string_view configured);

}  // namespace fluxgate
