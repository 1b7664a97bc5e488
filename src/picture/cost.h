// What pictures cost.
#pragma once

#include <cstdint>
#include <optional>

namespace fluxgate {

/// Billionths of a US dollar (base/decimal.h); nothing: nobody says.
using Cost = std::optional<std::int64_t>;

inline Cost sum(Cost one, Cost other) {
  return one && other ? Cost(*one + *other) : std::nullopt;
}

}  // namespace fluxgate
