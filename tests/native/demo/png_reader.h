// A plain reader for the PNG files of the demo room: indexed colour, 8 bits, deflate with the fixed
// Huffman codes. Written from the standards' tables, not from the encoder's formulas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate::test {

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  unsigned bit() {
    const std::size_t byte = place_ / 8;
    if (byte >= bytes_.size()) {
      overrun_ = true;
      return 0;
    }
    return static_cast<unsigned char>(bytes_[byte]) >> place_++ % 8 & 1;
  }
  unsigned number(unsigned count) {
    unsigned value = 0;
    for (unsigned i = 0; i < count; ++i) value |= bit() << i;
    return value;
  }
  unsigned code(unsigned length) {
    unsigned value = 0;
    for (unsigned i = 0; i < length; ++i) value = value << 1 | bit();
    return value;
  }
  bool overrun() const { return overrun_; }
  std::size_t bytes_begun() const { return (place_ + 7) / 8; }

 private:
  std::string_view bytes_;
  std::size_t place_ = 0;
  bool overrun_ = false;
};

// RFC 1951 section 3.2.6.
inline unsigned read_symbol(BitReader& bits) {
  unsigned code = bits.code(7);
  if (code <= 0b0010111) return 256 + code;
  code = code << 1 | bits.bit();
  if (code >= 0b00110000 && code <= 0b10111111) return code - 0b00110000;
  if (code >= 0b11000000 && code <= 0b11000111) return 280 + code - 0b11000000;
  code = code << 1 | bits.bit();
  return 144 + code - 0b110010000;
}

struct Range {
  unsigned first, extra_bits;
};

// RFC 1951 section 3.2.5.
inline constexpr Range kLengths[] = {
    {3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
    {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
    {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}};
inline constexpr Range kDistances[] = {
    {1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},
    {9, 2},     {13, 2},    {17, 3},    {25, 3},     {33, 4},     {49, 4},
    {65, 5},    {97, 5},    {129, 6},   {193, 6},    {257, 7},    {385, 7},
    {513, 8},   {769, 8},   {1025, 9},  {1537, 9},   {2049, 10},  {3073, 10},
    {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}};

inline std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

inline std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char c : bytes) {
    low = (low + static_cast<unsigned char>(c)) % 65521;
    high = (high + low) % 65521;
  }
  return high << 16 | low;
}

// w3.org/TR/png-3/#5CRC-algorithm, bit by bit.
inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t remainder = 0xFFFFFFFF;
  for (const char c : bytes) {
    remainder ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320 : 0);
  }
  return ~remainder;
}

/// The data of the chunk at `at`, which must be of this type; moves `at` behind it.
inline std::optional<std::string_view> read_chunk(std::string_view png, std::size_t& at,
                                                  std::string_view type) {
  if (png.size() < at + 12) return std::nullopt;
  const std::size_t length = big_endian(png, at);
  if (length > png.size() - at - 12) return std::nullopt;
  const std::string_view typed = png.substr(at + 4, 4 + length);
  if (typed.substr(0, 4) != type) return std::nullopt;
  if (crc32(typed) != big_endian(png, at + 8 + length)) return std::nullopt;
  at += 12 + length;
  return typed.substr(4);
}

/// What a zlib stream holds; nothing if it is not one block with the fixed codes, reaches back too
/// far, or has a wrong check sum or bytes after its end.
inline std::optional<std::string> inflate_fixed(std::string_view zlib) {
  if (zlib.size() < 6 ||
      (static_cast<unsigned char>(zlib[0]) * 256 + static_cast<unsigned char>(zlib[1])) % 31 != 0) {
    return std::nullopt;
  }
  if (zlib[0] != 0x78 || (zlib[1] & 0x20) != 0) return std::nullopt;
  const std::string_view deflated = zlib.substr(2, zlib.size() - 6);
  BitReader bits(deflated);
  if (bits.number(1) != 1 || bits.number(2) != 1) return std::nullopt;
  std::string out;
  while (true) {
    const unsigned symbol = read_symbol(bits);
    if (bits.overrun() || symbol > 285) return std::nullopt;
    if (symbol == 256) break;
    if (symbol < 256) {
      out += static_cast<char>(symbol);
      continue;
    }
    const Range length_range = kLengths[symbol - 257];
    unsigned length = length_range.first + bits.number(length_range.extra_bits);
    const unsigned distance_code = bits.code(5);
    if (distance_code > 29) return std::nullopt;
    const Range distance_range = kDistances[distance_code];
    const std::size_t distance = distance_range.first + bits.number(distance_range.extra_bits);
    if (distance > out.size()) return std::nullopt;
    for (; length > 0; --length) out += out[out.size() - distance];
  }
  if (bits.bytes_begun() != deflated.size()) return std::nullopt;
  if (adler32(out) != big_endian(zlib, zlib.size() - 4)) return std::nullopt;
  return out;
}

struct ReadPng {
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  std::string colours;  ///< Three bytes each.
  std::string pixels;   ///< Without filter bytes.
};

/// Nothing for a wrong signature, check sum, order of chunks, filter or number of pixels.
inline std::optional<ReadPng> read_png(std::string_view png) {
  constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
  if (png.substr(0, 8) != kSignature) return std::nullopt;
  std::size_t at = 8;
  const auto header = read_chunk(png, at, "IHDR");
  if (!header || header->size() != 13) return std::nullopt;
  if (header->substr(8) != std::string_view("\x08\x03\0\0\0", 5)) return std::nullopt;
  const auto colours = read_chunk(png, at, "PLTE");
  const auto data = colours ? read_chunk(png, at, "IDAT") : std::nullopt;
  const auto end = data ? read_chunk(png, at, "IEND") : std::nullopt;
  if (!end || !end->empty() || at != png.size()) return std::nullopt;
  if (colours->empty() || colours->size() % 3 != 0 || colours->size() > 768) return std::nullopt;

  ReadPng image{big_endian(*header, 0), big_endian(*header, 4), std::string(*colours), ""};
  const auto filtered = inflate_fixed(*data);
  const std::size_t row_bytes = image.width_px + std::size_t{1};
  if (!filtered || filtered->size() != row_bytes * image.height_px) return std::nullopt;
  for (std::size_t row = 0; row < image.height_px; ++row) {
    if ((*filtered)[row * row_bytes] != 2) return std::nullopt;
    for (std::size_t x = 0; x < image.width_px; ++x) {
      const std::size_t place = image.pixels.size();
      const char above = row == 0 ? '\0' : image.pixels[place - image.width_px];
      image.pixels += static_cast<char>(above + (*filtered)[row * row_bytes + 1 + x]);
      if (static_cast<unsigned char>(image.pixels[place]) >= colours->size() / 3) {
        return std::nullopt;
      }
    }
  }
  return image;
}

}  // namespace fluxgate::test
