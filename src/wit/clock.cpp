#include "wit/clock.h"

#include "wit/imports.h"

namespace fluxgate::wasi {

Instant now() {
  return wasi_monotonic_clock_now();
}

UnixMs unix_now_ms() {
  RawDatetime time;
  wasi_wall_clock_now(&time);
  return static_cast<UnixMs>(time.seconds * 1000 + time.nanoseconds / 1'000'000);
}

}  // namespace fluxgate::wasi
