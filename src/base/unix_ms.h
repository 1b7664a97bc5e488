// Time as the core knows it.
#pragma once

#include <cstdint>

namespace fluxgate {

/// Milliseconds since 1970, as the host's clock says; a difference of two is a length of time.
using UnixMs = std::int64_t;

}  // namespace fluxgate
