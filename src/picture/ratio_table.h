// The sizes of pictures of each aspect ratio.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "picture/image_size.h"

namespace fluxgate {

/// `width`:`height`. A decimal ratio in whole numbers: 2.39:1 is 239:100.
struct Ratio {
  std::uint32_t width;
  std::uint32_t height;
};

/// What the words mean.
inline constexpr Ratio kPortrait{3, 4};
inline constexpr Ratio kLandscape{4, 3};

/// `width`:`height` as people write it (16:9, never reduced) and the size it stands for.
struct RatioSize {
  std::uint32_t width;
  std::uint32_t height;
  ImageSize size;
};

/// The ratios with a size of their own: always 1:1, 1:2, 3:2, 3:4, 16:9 and 9:16, and what an
/// operator adds. All others have a size that is made for them.
class RatioTable {
 public:
  /// Most ratios of a table, so that reading an idea stays quick; people use far fewer.
  static constexpr std::size_t kMaxRatios = 64;

  /// A table of the six ratios that are always there.
  RatioTable();

  /// The entry with exactly these numbers (32:18 is not 16:9); null if there is none.
  const RatioSize* find(std::uint32_t width, std::uint32_t height) const;
  /// The size for any ratio of numbers from 1 to 65535: that of the entry with these numbers, else
  /// of an entry with the same value, else one of at most a megapixel whose sides are multiples of
  /// 16, since backends often price by the megapixel.
  ImageSize size_for(Ratio ratio) const;
  /// The size for a picture that is asked for without one.
  ImageSize default_size() const { return default_size_; }
  void set_default_size(ImageSize size) { default_size_ = size; }
  const std::vector<RatioSize>& ratios() const { return ratios_; }

  /// Adds a ratio, or gives a known one a new size. Returns false when the table is full.
  [[nodiscard]] bool set(const RatioSize& ratio);

 private:
  std::vector<RatioSize> ratios_;
  ImageSize default_size_ = kSquare;
};

/// The table of the six ratios and those of IMAGE_RATIOS, `extra`: "21:9=1536x640,4:5=896x1120",
/// with spaces allowed around every part; may be blank. Ratio numbers are 1-999, sides 64-4096 px,
/// the range that image backends take. IMAGE_RATIOS may give one of the six another size. When it
/// names a ratio twice, the last size counts. Error: configuration_error, which names IMAGE_RATIOS
/// and the place in the list, never its text.
Result<RatioTable> parse_ratio_table(std::string_view extra);

}  // namespace fluxgate
