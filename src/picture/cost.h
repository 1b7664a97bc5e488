// What pictures cost.
#pragma once

#include <cstdint>
#include <optional>

namespace fluxgate {

/// Billionths of a US dollar (base/decimal.h); nothing: nobody says.
using Cost = std::optional<std::int64_t>;

/// `cost`, unless it is less than nothing or more than any picture costs: 1,000 US dollars.
inline Cost sane(Cost cost) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  return cost && *cost >= 0 && *cost <= kMost ? cost : std::nullopt;
}

inline Cost sum(Cost one, Cost other) {
  return one && other ? Cost(*one + *other) : std::nullopt;
}

}  // namespace fluxgate
