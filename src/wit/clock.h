// The host's clocks.
#pragma once

#include <cstdint>

#include "base/unix_ms.h"

namespace fluxgate::wasi {

/// Nanoseconds on a clock that never steps back; only differences mean anything.
using Instant = std::uint64_t;
/// An Instant later than any other.
constexpr Instant kNever = UINT64_MAX;

Instant now();
constexpr Instant after_ms(Instant from, std::uint32_t duration_ms) {
  return from + std::uint64_t{1'000'000} * duration_ms;
}
/// The time of day.
UnixMs unix_now_ms();

}  // namespace fluxgate::wasi
