#include "demo/png.h"

#include <array>
#include <memory>

#include "demo/deflate.h"

namespace fluxgate {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
/// 8 bits per pixel, indexed colour, deflate, the five filters, not interlaced.
constexpr std::string_view kFormat("\x08\x03\0\0\0", 5);
constexpr char kFilterUp = 2;
constexpr std::size_t kLengthBytes = 4;

/// The steps of CRC-32 for each four bits of a remainder. The polynomial is 0x04C11DB7 with its
/// bits reversed.
constexpr std::array<std::uint32_t, 16> kCrcSteps = [] {
  std::array<std::uint32_t, 16> steps{};
  for (std::uint32_t i = 0; i < 16; ++i) {
    steps[i] = i;
    for (int bit = 0; bit < 4; ++bit) {
      steps[i] = steps[i] >> 1 ^ (steps[i] & 1 ? 0xEDB88320 : 0);
    }
  }
  return steps;
}();

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

/// Begins a chunk whose length is not known yet; returns its place.
std::size_t begin_chunk(std::string& png, std::string_view type) {
  const std::size_t place = png.size();
  append_big_endian(png, 0);
  png += type;
  return place;
}

void end_chunk(std::string& png, std::size_t place) {
  const std::string_view typed_data = std::string_view(png).substr(place + kLengthBytes);
  const std::size_t length = typed_data.size() - 4;
  append_big_endian(png, png_crc32(typed_data));
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    png[place + i] = static_cast<char>(length >> (24 - 8 * i) & 0xff);
  }
}

void append_rows(std::string& png, const IndexedImage& image) {
  const auto zlib = std::make_unique<ZlibWriter>(png);
  const std::size_t width = image.width_px;
  const std::string no_row(width, '\0');
  std::string filtered(width + 1, kFilterUp);
  const char* above = no_row.data();
  for (std::size_t at = 0; at < image.pixels.size(); at += width) {
    const char* const row = image.pixels.data() + at;
    char* const differences = filtered.data() + 1;
    for (std::size_t x = 0; x < width; ++x) differences[x] = static_cast<char>(row[x] - above[x]);
    zlib->write(filtered);
    above = row;
  }
  zlib->finish();
}

}  // namespace

std::uint32_t png_crc32(std::string_view bytes) {
  std::uint32_t remainder = 0xFFFFFFFF;
  for (const char c : bytes) {
    remainder ^= static_cast<unsigned char>(c);
    remainder = remainder >> 4 ^ kCrcSteps[remainder & 15];
    remainder = remainder >> 4 ^ kCrcSteps[remainder & 15];
  }
  return ~remainder;
}

std::string encode_png(const IndexedImage& image) {
  std::string png(kSignature);
  std::size_t chunk = begin_chunk(png, "IHDR");
  append_big_endian(png, image.width_px);
  append_big_endian(png, image.height_px);
  png += kFormat;
  end_chunk(png, chunk);

  chunk = begin_chunk(png, "PLTE");
  png += image.colours;
  end_chunk(png, chunk);

  chunk = begin_chunk(png, "IDAT");
  append_rows(png, image);
  end_chunk(png, chunk);

  end_chunk(png, begin_chunk(png, "IEND"));
  return png;
}

}  // namespace fluxgate
