#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "demo/canvas.h"
#include "demo/font.h"
#include "demo/lettering.h"
#include "demo/test_card.h"
#include "png_reader.h"

namespace fluxgate {
namespace {

using test::read_png;
using test::ReadPng;

constexpr std::uint32_t kUsualSizes[][2] = {{1024, 1024}, {512, 1024}, {768, 512},
                                            {768, 1024},  {1024, 576}, {576, 1024}};

Mixture at(const ReadPng& image, int x_px, int y_px) {
  return mixture_at(static_cast<unsigned char>(
      image.pixels[static_cast<std::size_t>(y_px) * image.width_px + x_px]));
}

bool shows_mostly(const Mixture& pixel, Ink ink) {
  return (pixel.cover < kOpaque / 2 ? pixel.under : pixel.over) == ink;
}

/// Whether the font's cell with this upper left corner is inked: its middle, or more than half of
/// the four pixels that have none.
bool is_inked(const ReadPng& image, int left_px, int top_px, int scale_px, Ink ink) {
  if (scale_px != 2) {
    return shows_mostly(at(image, left_px + scale_px / 2, top_px + scale_px / 2), ink);
  }
  int inked = 0;
  for (int i = 0; i < 4; ++i) {
    inked += shows_mostly(at(image, left_px + i % 2, top_px + i / 2), ink);
  }
  return inked > 2;
}

/// Whether a word stands there in this ink: inked where the font has it set, and nowhere else.
bool shows_at(const ReadPng& image, std::string_view glyphs, int left_px, int top_px, int scale_px,
              Ink ink) {
  for (const char glyph : glyphs) {
    for (int column = 0; column <= glyph_columns(glyph); ++column, left_px += scale_px) {
      for (int row = 0; row < kGlyphRows; ++row) {
        const bool is_set = is_inked(image, left_px, top_px + row * scale_px, scale_px, ink);
        if (is_set != glyph_pixel(glyph, column, row)) return false;
      }
    }
  }
  return true;
}

bool shows(const ReadPng& image, std::string_view glyphs, Ink ink = Ink::ink) {
  const int width_px = static_cast<int>(image.width_px);
  const int height_px = static_cast<int>(image.height_px);
  for (int scale_px = 1; scale_px < height_px / kGlyphRows; ++scale_px) {
    const int right = width_px - (columns_of(glyphs) + 1) * scale_px;
    for (int y = 0; y < height_px - kGlyphRows * scale_px; ++y) {
      for (int x = 0; x < right; ++x) {
        if (shows_at(image, glyphs, x, y, scale_px, ink)) return true;
      }
    }
  }
  return false;
}

ReadPng draw(std::uint32_t width_px, std::uint32_t height_px, std::string prompt) {
  const auto image = read_png(draw_test_card({width_px, height_px, std::move(prompt)}));
  EXPECT_TRUE(image) << width_px << " x " << height_px;
  return image.value_or(ReadPng{});
}

TEST(TestCard, HasTheSizeAskedFor) {
  for (const auto& [width_px, height_px] : kUsualSizes) {
    const ReadPng image = draw(width_px, height_px, "a fox");
    EXPECT_EQ(image.width_px, width_px);
    EXPECT_EQ(image.height_px, height_px);
  }
}

TEST(TestCard, ClampsItsSides) {
  ReadPng image = draw(0, 5000, "a fox");
  EXPECT_EQ(image.width_px, 1u);
  EXPECT_EQ(image.height_px, kMaxTestCardSide);
  image = draw(UINT32_MAX, 0, "a fox");
  EXPECT_EQ(image.width_px, kMaxTestCardSide);
  EXPECT_EQ(image.height_px, 1u);
}

TEST(TestCard, SaysDemoAndTheWordsOfThePrompt) {
  for (const auto& [width_px, height_px] : kUsualSizes) {
    const ReadPng image = draw(width_px, height_px, "red bicycle");
    EXPECT_TRUE(shows(image, "DEMO", Ink::paper)) << width_px << " x " << height_px;
    EXPECT_TRUE(shows(image, "red")) << width_px << " x " << height_px;
    EXPECT_TRUE(shows(image, "bicycle")) << width_px << " x " << height_px;
  }
  EXPECT_FALSE(shows(draw(512, 768, "red bicycle"), "yellow"));
}

TEST(TestCard, SaysItsSizeAndRatio) {
  const ReadPng image = draw(1024, 576, "a fox");
  EXPECT_TRUE(shows(image, "1024 x 576"));
  EXPECT_TRUE(shows(image, "16:9"));
  EXPECT_TRUE(shows(draw(768, 512, "a fox"), "3:2"));
}

TEST(TestCard, ShowsTestCardWithoutAPrompt) {
  for (const char* const prompt : {"", " \n\t"}) {
    const ReadPng image = draw(1024, 1024, prompt);
    EXPECT_TRUE(shows(image, "Test"));
    EXPECT_TRUE(shows(image, "card"));
  }
}

TEST(TestCard, EndsALongPromptInDots) {
  std::string prompt = "beginning ";
  for (int i = 0; i < 300; ++i) prompt += "middle ";
  const ReadPng image = draw(1024, 1024, prompt + "ending");
  EXPECT_TRUE(shows(image, "beginning"));
  EXPECT_TRUE(shows(image, "..."));
  EXPECT_FALSE(shows(image, "ending"));
}

TEST(TestCard, LeavesItsMarginFreeOfColour) {
  for (const auto& [width_px, height_px] :
       {std::pair{272, 256}, {256, 256}, {256, 368}, {480, 256}}) {
    const int module_px = 256 / 16;
    for (int i = 0; i < 60; ++i) {
      const ReadPng image = draw(width_px, height_px, "card " + std::to_string(i));
      for (int y = 0; y < height_px; ++y) {
        for (const int x : {0, module_px - 2, width_px - module_px, width_px - 1}) {
          const Mixture pixel = at(image, x, y);
          ASSERT_TRUE(pixel.under <= Ink::ink && pixel.over <= Ink::ink)
              << width_px << " x " << height_px << ", card " << i << ", at " << x << ", " << y;
        }
      }
    }
  }
}

TEST(TestCard, DiffersFromPromptToPrompt) {
  std::set<std::string> pixels, colours;
  for (int i = 0; i < 40; ++i) {
    // Boxes of one width, so that the words look alike.
    const ReadPng image = draw(256, 256, "\xe2\x98" + std::string(1, static_cast<char>(0x80 + i)));
    pixels.insert(image.pixels);
    colours.insert(image.colours);
  }
  EXPECT_EQ(pixels.size(), std::size_t{40});
  EXPECT_GE(colours.size(), std::size_t{6});
}

TEST(TestCard, DiffersFromSeedToSeedAtEverySize) {
  for (const std::uint32_t side : {1u, 64u, 256u}) {
    std::set<std::string> cards{draw_test_card({side, side, "a fox"})};
    for (std::uint32_t seed = 1; seed < 8; ++seed) {
      cards.insert(draw_test_card({side, side, "a fox", seed}));
      EXPECT_EQ(cards.count(draw_test_card({side, side, "a fox", seed})), std::size_t{1});
    }
    EXPECT_EQ(cards.size(), std::size_t{8}) << side;
  }
  EXPECT_NE(draw_test_card({256, 256, "a fox", 0}), draw_test_card({256, 256, "a fox"}));
  EXPECT_NE(draw_test_card({256, 256, "a fox", UINT32_MAX}),
            draw_test_card({256, 256, "a fox", 7}));
}

TEST(TestCard, KeepsItsColoursAtEverySize) {
  const std::string colours = draw(1024, 1024, "a fox").colours;
  for (const auto& [width_px, height_px] : kUsualSizes) {
    EXPECT_EQ(draw(width_px, height_px, "a fox").colours, colours);
  }
}

TEST(TestCard, StaysBelow60KBAtTheUsualSizes) {
  std::string long_prompt;
  for (int i = 0; i < 500; ++i) long_prompt += "w" + std::to_string(i * i) + " ";
  for (const auto& [width_px, height_px] : kUsualSizes) {
    for (int i = 0; i < 12; ++i) {
      const std::string prompt = std::to_string(i) + " " + long_prompt;
      EXPECT_LT(draw_test_card({width_px, height_px, prompt}).size(), std::size_t{60000});
    }
  }
}

TEST(TestCard, IsReadableAtEverySmallSizeAndOddRatio) {
  for (std::uint32_t width_px = 1; width_px <= 140; width_px += 3) {
    for (std::uint32_t height_px = 1; height_px <= 140; height_px += 3) {
      ASSERT_TRUE(read_png(draw_test_card({width_px, height_px, "a small card"})));
    }
  }
  for (const std::uint32_t side : {1u, 15u, 16u, 111u, 112u, 127u, 255u, 300u}) {
    ASSERT_TRUE(read_png(draw_test_card({side, 2048, "a tall card"})));
    ASSERT_TRUE(read_png(draw_test_card({2048, side, "a wide card"})));
  }
}

TEST(TestCard, DrawsAnyBytesAsAPrompt) {
  std::string prompt;
  for (int i = 0; i < 3000; ++i) prompt += static_cast<char>(i * i >> 3);
  for (std::size_t length = 0; length < prompt.size(); length += 97) {
    draw(512, 512, prompt.substr(0, length));
  }
  draw(512, 512, std::string(5 << 20, '\xf0'));
  draw(512, 512, std::string(5 << 20, ' '));
}

// The module of each host is held against the same file.
TEST(TestCard, IsTheSameBytesOnEveryHost) {
  std::ifstream file(FLUXGATE_VECTORS_DIR "/demo/ours_test_cards.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  for (const auto& example : vectors["cases"]) {
    const auto& in = example["in"];
    TestCard card{in["width_px"].get<std::uint32_t>(), in["height_px"].get<std::uint32_t>(),
                  in["prompt"].get<std::string>()};
    if (in.contains("seed")) card.seed = in["seed"].get<std::uint32_t>();
    const std::string png = draw_test_card(card);
    EXPECT_EQ(png.size(), example["out"]["size_bytes"].get<std::size_t>()) << example["name"];
    EXPECT_EQ(test::crc32(png), example["out"]["crc32"].get<std::uint32_t>()) << example["name"];
  }
}

}  // namespace
}  // namespace fluxgate
