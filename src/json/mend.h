// Half characters in JSON texts, as they are left where somebody has cut a text.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace fluxgate::json {

/// Most places that are mended. A message that was cut at both ends has two of them, and a text
/// with more than all messages of a request can have is written in another encoding.
constexpr std::size_t kMaxMendedPlaces = 4096;
/// A text grows by this at most: where one byte was damaged three stand.
constexpr std::size_t kMaxMendedGrowthBytes = 2 * kMaxMendedPlaces;

/// Puts U+FFFD in place of each escape of half a character (`\ud83d` without its other half) and of
/// each run of bytes that are no UTF-8. Returns whether there were any; none is mended when there
/// are more than kMaxMendedPlaces. The text may be anything; the work is linear.
bool mend(Bytes& text);

}  // namespace fluxgate::json
