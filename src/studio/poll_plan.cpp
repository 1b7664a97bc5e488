#include "studio/poll_plan.h"

#include <algorithm>

namespace fluxgate {
namespace {

/// The part of the time passed that a pause takes, in eighths, from the finest to the coarsest.
constexpr UnixMs kEighths[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};

UnixMs gap_after(UnixMs passed_ms, UnixMs eighths) {
  return std::max<UnixMs>(kFirstPollGapMs, passed_ms * eighths / 8);
}

/// Do so many pauses reach the end?
bool reaches(UnixMs passed_ms, UnixMs whole_ms, UnixMs eighths, std::uint32_t poll_count) {
  while (poll_count-- > 0 && passed_ms < whole_ms) passed_ms += gap_after(passed_ms, eighths);
  return passed_ms >= whole_ms;
}

}  // namespace

std::optional<std::uint32_t> next_poll_gap_ms(UnixMs ordered_ms, UnixMs end_ms, UnixMs now_ms,
                                              std::uint32_t poll_count) {
  const UnixMs passed_ms = now_ms - ordered_ms;
  const UnixMs left_ms = end_ms - now_ms;
  if (left_ms <= 0 || poll_count == 0) return std::nullopt;
  UnixMs gap_ms = left_ms;
  for (const UnixMs eighths : kEighths) {
    if (!reaches(passed_ms, end_ms - ordered_ms, eighths, poll_count)) continue;
    gap_ms = gap_after(passed_ms, eighths);
    break;
  }
  return static_cast<std::uint32_t>(std::min(gap_ms, left_ms));
}

}  // namespace fluxgate
