// Which sizes a model takes, and the nearest of them to a wish.
#pragma once

#include <cstdint>
#include <string_view>

#include "picture/image_size.h"
#include "picture/limits.h"

namespace fluxgate {

/// What a model takes. A list of sizes, or else a list of ratios, says all; without one the numbers
/// count. A rule that is left out allows everything.
struct SizeRules {
  std::string_view sizes = {};   ///< "1024x1024 1536x1024": no others.
  std::string_view ratios = {};  ///< "1:1 16:9 19.5:9": no others; pixels are the model's business.
  std::string_view tiers = {};   ///< Beside `ratios`: the squares of its resolutions, as sizes.
  std::uint32_t step_px = 1;     ///< Both sides are multiples of it.
  std::uint32_t min_side_px = kMinSidePx;
  std::uint32_t max_side_px = kMaxSidePx;
  std::uint32_t max_ratio = kMaxSidePx;  ///< Of the longer side to the shorter.
  std::uint32_t min_pixels = 0;
  std::uint32_t max_pixels = kMaxSidePx * kMaxSidePx;
};

/// A ratio and an area: what a client wants. The numbers of the ratio are 1 to 65535.
struct SizeWish {
  std::uint32_t width;
  std::uint32_t height;
  std::uint32_t pixels;
};

constexpr SizeWish wish_for(ImageSize size) {
  return {size.width_px, size.height_px, size.width_px * size.height_px};
}

/// Does the model take this very size? Where it takes ratios alone, no size is its own.
bool takes(const SizeRules& rules, ImageSize size);

/// The size nearest to the wish that the model takes: by its ratio, then by its area. As far as the
/// rules allow, the area stays between 3/4 and 8/5 of the wished one, so that no exact ratio costs
/// a huge picture. Sides are multiples of 16, as nearly all models want them, unless `sizes` says
/// otherwise. Where the model takes ratios, what it makes of one may differ by some pixels.
ImageSize nearest_size(const SizeRules& rules, const SizeWish& wish);

/// `size` itself if the model takes it, else the nearest.
ImageSize nearest_size(const SizeRules& rules, ImageSize size);

/// Of `ratios`, "1:1 16:9 19.5:9", separated by spaces, the one whose shape is nearest to that of
/// the wish; of equally near ones the first. Each number has at most one digit behind its point.
std::string_view nearest_ratio(const SizeWish& wish, std::string_view ratios);

/// Do the sizes have one shape for a viewer, 3 % aside?
bool have_same_shape(ImageSize a, ImageSize b);

}  // namespace fluxgate
