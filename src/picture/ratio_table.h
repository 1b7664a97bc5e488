// The supported aspect ratios and the sizes of their pictures.
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
  /// Most ratios of a table, so that reading an idea stays quick; people use far fewer.
  static constexpr std::size_t kMaxRatios = 64;

  /// A table of the six ratios that are always supported.
  RatioTable();

  /// The entry with exactly these numbers (32:18 is not 16:9); null if there is none.
  const RatioSize* find(std::uint32_t width, std::uint32_t height) const;
  const std::vector<RatioSize>& ratios() const { return ratios_; }

  /// Adds a ratio, or gives a known one a new size. Returns false when the table is full.
  [[nodiscard]] bool set(const RatioSize& ratio);

 private:
  std::vector<RatioSize> ratios_;
};

/// The table of the six ratios and those of IMAGE_RATIOS, `extra`: "21:9=1536x640,4:5=896x1120",
/// with spaces allowed around every part; may be blank. Ratio numbers are 1-999, sides 64-4096 px,
/// the range that image backends take. IMAGE_RATIOS may give one of the six another size. When it
/// names a ratio twice, the last size counts. Error: configuration_error, which names IMAGE_RATIOS
/// and the place in the list, never its text.
Result<RatioTable> parse_ratio_table(std::string_view extra);

}  // namespace fluxgate
