// Dates of UTC.
#pragma once

#include <string>

#include "base/unix_ms.h"

namespace fluxgate {

constexpr UnixMs kDayMs = 86'400'000;

/// The day that holds this moment, "2026-11-30". Years 1970 to 9999.
std::string utc_day(UnixMs time_ms);

}  // namespace fluxgate
