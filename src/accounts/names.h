// What counters and texts of the ledger are called.
#pragma once

#include <string>
#include <string_view>

#include "base/unix_ms.h"
#include "base/utc.h"

namespace fluxgate {

constexpr std::string_view kUsePrefix = "use/";
constexpr std::string_view kBackendPrefix = "backend/";
constexpr std::string_view kFaultPrefix = "fault/";
constexpr std::string_view kRestPrefix = "rest/";

/// How long counters of a day are kept: for the bill of a month.
constexpr UnixMs kUseKeptMs = 32 * kDayMs;

/// When the day that holds this moment is over.
inline UnixMs day_end_ms(UnixMs now_ms) {
  return (now_ms / kDayMs + 1) * kDayMs;
}

/// What a client has had in a day: "requests", "failed", "pictures", "cost" (billionths of a US
/// dollar). No name of a client holds a slash.
inline std::string use_name(std::string_view client, std::string_view day, std::string_view what) {
  return std::string(kUsePrefix).append(client).append("/").append(day).append("/").append(what);
}

/// What a backend has done in a day: "ok", "failed", "ms/05000" (pictures that took so long at
/// most, and longer than the next lower bound).
inline std::string backend_name(std::string_view provider, std::string_view day,
                                std::string_view what) {
  return std::string(kBackendPrefix)
      .append(provider)
      .append("/")
      .append(day)
      .append("/")
      .append(what);
}

}  // namespace fluxgate
