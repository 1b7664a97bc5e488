#include "picture/image_size.h"

#include "base/ascii.h"
#include "picture/limits.h"

namespace fluxgate {

std::string size_text(ImageSize size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

std::optional<ImageSize> parse_size_text(std::string_view text) {
  const std::size_t sign = text.find('x');
  if (sign == std::string_view::npos) return std::nullopt;
  const auto width_px = parse_unsigned(text.substr(0, sign), kMaxSidePx);
  const auto height_px = parse_unsigned(text.substr(sign + 1), kMaxSidePx);
  if (!width_px || !height_px || *width_px < kMinSidePx || *height_px < kMinSidePx) return {};
  return ImageSize{static_cast<std::uint32_t>(*width_px), static_cast<std::uint32_t>(*height_px)};
}

}  // namespace fluxgate
