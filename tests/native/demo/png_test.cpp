#include "demo/png.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "demo/deflate.h"
#include "png_reader.h"

namespace fluxgate {
namespace {

using namespace std::string_literals;
using test::inflate_fixed;
using test::read_png;
using test::ReadPng;

/// Written in parts of this length, or at once for 0.
std::string compress(std::string_view bytes, std::size_t part_bytes = 0) {
  std::string out;
  const auto zlib = std::make_unique<ZlibWriter>(out);
  if (part_bytes == 0) part_bytes = std::max<std::size_t>(bytes.size(), 1);
  for (std::size_t at = 0; at < bytes.size(); at += part_bytes) {
    zlib->write(bytes.substr(at, part_bytes));
  }
  zlib->finish();
  return out;
}

/// Bytes without repetition to speak of; the same for the same seed.
std::string noise(std::size_t length, std::uint32_t seed = 1) {
  std::string bytes;
  for (std::size_t i = 0; i < length; ++i) {
    seed = seed * 1664525 + 1013904223;
    bytes += static_cast<char>(seed >> 24);
  }
  return bytes;
}

TEST(ZlibWriter, WritesNothingAsOneEndOfBlock) {
  EXPECT_EQ(compress(""), "\x78\x01\x03\x00\x00\x00\x00\x01"s);
}

TEST(ZlibWriter, WritesOneLetterAsZlibDoes) {
  EXPECT_EQ(compress("a"), "\x78\x01\x4b\x04\x00\x00\x62\x00\x62"s);
}

TEST(ZlibWriter, KeepsEveryByteValue) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(inflate_fixed(compress(all)), all);
}

TEST(ZlibWriter, KeepsRunsOfEveryLength) {
  for (std::size_t length = 1; length < 600; ++length) {
    const std::string run = "x" + std::string(length, '\0') + "y";
    ASSERT_EQ(inflate_fixed(compress(run)), run) << length;
  }
}

TEST(ZlibWriter, KeepsMatchesOfEveryLengthAtLongDistances) {
  const std::string phrase = noise(300);
  for (std::size_t length = 3; length <= 300; ++length) {
    const std::string text = phrase + noise(1000, 7) + phrase.substr(0, length);
    ASSERT_EQ(inflate_fixed(compress(text)), text) << length;
  }
}

TEST(ZlibWriter, ReachesBackAsFarAsTheWindowAndNoFarther) {
  const std::string phrase = noise(64, 3);
  for (const std::size_t distance :
       {65u, 255u, 256u, 257u, 1024u, 1025u, 4097u, 16384u, 24576u, 32767u, 32768u, 32769u, 40000u,
        65535u, 65536u, 65537u, 98304u, 131072u, 200000u}) {
    // What lies between is one run, which leaves the phrase's hashes alone.
    const std::string text = phrase + std::string(distance - phrase.size(), '\0') + phrase;
    const std::string compressed = compress(text);
    ASSERT_EQ(inflate_fixed(compressed), text) << distance;
    const std::string without = compress(std::string(distance - phrase.size(), '\0'));
    const bool is_found = compressed.size() < without.size() + 2 * phrase.size() - 20;
    EXPECT_EQ(is_found, distance <= 32768) << distance;
  }
}

TEST(ZlibWriter, KeepsNoiseAndTextInPartsOfAnyLength) {
  std::string text = noise(20000);
  for (int i = 0; i < 3000; ++i) text += "row " + std::to_string(i % 37);
  for (const std::size_t part : {1u, 2u, 3u, 100u, 1025u, 5551u, 5552u, 5553u, 0u}) {
    ASSERT_EQ(inflate_fixed(compress(text, part)), text) << part;
  }
}

TEST(ZlibWriter, MakesAFlatAreaTiny) {
  EXPECT_LT(compress(std::string(1 << 20, '\0')).size(), std::size_t{7000});
}

TEST(ZlibWriter, SumsTheLargestBytesWithoutOverflow) {
  const std::string bytes(100000, '\xff');
  EXPECT_EQ(inflate_fixed(compress(bytes)), bytes);
}

TEST(PngCrc, AgreesWithTheCheckValue) {
  EXPECT_EQ(png_crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(png_crc32("IEND"), 0xAE426082u);
}

TEST(EncodePng, WritesTheSmallestPictureByteForByte) {
  const std::string pixel(1, '\0');
  const std::string png = encode_png({1, 1, "\x10\x20\x30", pixel});
  EXPECT_EQ(png.substr(0, 33),
            "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x03\0\0\0\x28\xCB\x34\xBB"s);
  EXPECT_EQ(png.substr(33, 11), "\0\0\0\x03PLTE\x10\x20\x30"s);
  EXPECT_EQ(png.substr(png.size() - 12), "\0\0\0\0IEND\xAE\x42\x60\x82"s);
}

TEST(EncodePng, GivesBackSizeColoursAndPixels) {
  const std::string colours = noise(768, 5);
  const std::uint32_t sizes[][2] = {{1, 1}, {3, 2}, {1, 500}, {500, 1}, {257, 63}, {1024, 40}};
  for (const auto& [width_px, height_px] : sizes) {
    const std::string pixels = noise(width_px * height_px, width_px);
    const auto image = read_png(encode_png({width_px, height_px, colours, pixels}));
    ASSERT_TRUE(image) << width_px;
    EXPECT_EQ(image->width_px, width_px);
    EXPECT_EQ(image->height_px, height_px);
    EXPECT_EQ(image->colours, colours);
    EXPECT_EQ(image->pixels, pixels);
  }
}

TEST(EncodePng, IsReadOnlyWhole) {
  const std::string pixels = noise(64 * 64);
  const std::string png = encode_png({64, 64, std::string(768, 'c'), pixels});
  ASSERT_TRUE(read_png(png));
  for (const std::size_t place : {0u, 9u, 20u, 30u, 50u, 900u, 2000u}) {
    std::string damaged = png;
    damaged[place] ^= 1;
    EXPECT_FALSE(read_png(damaged)) << place;
  }
  EXPECT_FALSE(read_png(png.substr(0, png.size() - 1)));
}

}  // namespace
}  // namespace fluxgate
