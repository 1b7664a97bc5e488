// Sizes as backends take them.
#pragma once

#include <string_view>

#include "picture/image_size.h"

namespace fluxgate {

/// Of `ratios`, "1:1 16:9 19.5:9", separated by spaces, the one whose shape is nearest to that of
/// `size`; of equally near ones the first. Each number has at most one digit behind its point.
std::string_view nearest_ratio(ImageSize size, std::string_view ratios);

}  // namespace fluxgate
