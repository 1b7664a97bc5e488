// The size of a picture.
#pragma once

#include <cstdint>
#include <string>

namespace fluxgate {

struct ImageSize {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
};

constexpr bool operator==(ImageSize a, ImageSize b) {
  return a.width_px == b.width_px && a.height_px == b.height_px;
}

/// "1024x576", with `sign` between the two numbers.
inline std::string size_text(ImageSize size, char sign = 'x') {
  return std::to_string(size.width_px) + sign + std::to_string(size.height_px);
}

}  // namespace fluxgate
