// The size of a picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

struct ImageSize {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
};

constexpr bool operator==(ImageSize a, ImageSize b) {
  return a.width_px == b.width_px && a.height_px == b.height_px;
}

/// A square of a megapixel: what every model takes, or something near it.
inline constexpr ImageSize kSquare{1024, 1024};

/// "1024x576"
std::string size_text(ImageSize size);

/// Reads what size_text() writes, with sides of kMinSidePx to kMaxSidePx; nothing for any other
/// text.
std::optional<ImageSize> parse_size_text(std::string_view text);

}  // namespace fluxgate
