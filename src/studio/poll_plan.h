// When an ordered picture is asked for again.
#pragma once

#include <cstdint>
#include <optional>

#include "base/unix_ms.h"

namespace fluxgate {

/// The shortest pause before a question: no backend draws faster.
constexpr std::uint32_t kFirstPollGapMs = 1'000;

/// The pause before the next question, of a picture that was ordered at `ordered_ms` and is given
/// up at `end_ms`, when `poll_count` questions are left. The pauses grow with the time that has
/// passed, so that a quick picture is seen soon and a slow one costs few questions; they grow
/// faster the fewer are left, so that the last question comes near the end. Nothing: no time or no
/// question is left.
std::optional<std::uint32_t> next_poll_gap_ms(UnixMs ordered_ms, UnixMs end_ms, UnixMs now_ms,
                                              std::uint32_t poll_count);

}  // namespace fluxgate
