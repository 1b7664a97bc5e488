// Time as the core knows it.
#pragma once

#include <cstdint>

namespace fluxgate {

/// Milliseconds since 1970 by the host's clock, or a length of time in milliseconds.
using UnixMs = std::int64_t;

}  // namespace fluxgate
