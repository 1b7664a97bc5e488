// Which aspect ratios there are and how large their pictures are.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "picture/image_size.h"

namespace fluxgate {

/// The size of a picture whose idea names no ratio, or one that is not supported.
inline constexpr ImageSize kDefaultImageSize{1024, 1024};

/// `width`:`height` as people write it (16:9, never reduced) and the size it stands for.
struct RatioSize {
  std::uint32_t width;
  std::uint32_t height;
  ImageSize size;
};

/// The supported ratios: always 1:1, 1:2, 3:2, 3:4, 16:9 and 9:16, and what an operator adds.
class RatioTable {
 public:
  /// At most this many ratios, so that reading a prompt stays quick; far more than people use.
  static constexpr std::size_t kMaxRatios = 64;

  /// The six that are always there.
  RatioTable();

  /// The entry of `width`:`height`, written exactly so (32:18 is not 16:9); null if there is none.
  const RatioSize* find(std::uint32_t width, std::uint32_t height) const;
  const std::vector<RatioSize>& ratios() const { return ratios_; }

  /// Adds a ratio, or gives one that is there a new size. False when the table is full.
  [[nodiscard]] bool set(const RatioSize& ratio);

 private:
  std::vector<RatioSize> ratios_;
};

/// The six and the ones of IMAGE_RATIOS: "21:9=1536x640,4:5=896x1120", spaces allowed around every
/// part, blank allowed as a whole. Ratio numbers 1-999; sides 64-4096 px, the range that image
/// backends take. One of the six may be given another size; of a ratio named twice the last counts.
/// Error: configuration_error, which names IMAGE_RATIOS and the place in the list, never its text.
Result<RatioTable> parse_ratio_table(std::string_view extra);

}  // namespace fluxgate
