// Who we say we are to the servers that we call.
#pragma once

#include <string_view>

namespace fluxgate {

/// The version is package.json's; tests/house/version.test.mjs holds both together. Some servers
/// and firewalls refuse requests without such a header.
inline constexpr std::string_view kUserAgent = "fluxgate/0.1.0";
inline constexpr std::string_view kVersion = kUserAgent.substr(kUserAgent.find('/') + 1);

}  // namespace fluxgate
