// Writes pictures with a palette as PNG.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fluxgate {

/// CRC-32 as PNG computes it over a chunk's type and data: "123456789" gives 0xCBF43926.
/// Source: w3.org/TR/png-3/#5CRC-algorithm
std::uint32_t png_crc32(std::string_view bytes);

struct IndexedImage {
  std::uint32_t width_px, height_px;  ///< At least 1 each.
  std::string_view colours;           ///< 1-256 colours, three bytes each: red, green, blue.
  std::string_view pixels;            ///< width_px x height_px places in `colours`, from the top.
};

/// A PNG of indexed colour, 8 bits per pixel: signature, IHDR, PLTE, one IDAT, IEND; each row is
/// filtered with Up. Source: w3.org/TR/png-3/
std::string encode_png(const IndexedImage& image);

}  // namespace fluxgate
