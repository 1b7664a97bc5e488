// The size of a picture.
#pragma once

#include <cstdint>

namespace fluxgate {

struct ImageSize {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
};

constexpr bool operator==(ImageSize a, ImageSize b) {
  return a.width_px == b.width_px && a.height_px == b.height_px;
}

}  // namespace fluxgate
