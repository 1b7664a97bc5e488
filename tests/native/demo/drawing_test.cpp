#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "demo/canvas.h"
#include "demo/font.h"
#include "demo/lettering.h"
#include "demo/palette.h"
#include "demo/seed.h"

namespace fluxgate {
namespace {

Mixture at(const Canvas& canvas, int x_px, int y_px) {
  return mixture_at(static_cast<unsigned char>(canvas.pixels()[y_px * canvas.width_px() + x_px]));
}

bool is_pure(const Mixture& mixture, Ink ink) {
  return mixture.under == ink && mixture.over == ink;
}

/// How many pixels' worth of an ink there is.
double amount_of(const Canvas& canvas, Ink ink) {
  int eighths = 0;
  for (const char pixel : canvas.pixels()) {
    const Mixture mixture = mixture_at(static_cast<unsigned char>(pixel));
    if (mixture.under == ink) eighths += kOpaque - mixture.cover;
    if (mixture.over == ink) eighths += mixture.cover;
  }
  return eighths / 8.0;
}

TEST(Mixture, HasOneNumberForEachCover) {
  for (int i = 0; i < kMixtureCount; ++i) {
    const Mixture mixture = mixture_at(i);
    const bool is_plain = mixture.under == mixture.over;
    EXPECT_EQ(mixture.cover == 0, is_plain);
    EXPECT_LT(mixture.cover, kOpaque);
    if (!is_plain) EXPECT_EQ(mixture_index(mixture), i);
  }
  EXPECT_EQ(mixture_index({Ink::paper, Ink::tint, 0}), mixture_index({Ink::paper, Ink::paper, 3}));
  EXPECT_EQ(mixture_index({Ink::paper, Ink::tint, 8}), mixture_index({Ink::tint, Ink::tint, 0}));
}

TEST(Canvas, FillsARectangleAndNothingBeside) {
  Canvas canvas(20, 10);
  canvas.fill({3, 2, 5, 4}, Ink::accent_1);
  EXPECT_EQ(amount_of(canvas, Ink::accent_1), 20.0);
  EXPECT_TRUE(is_pure(at(canvas, 3, 2), Ink::accent_1));
  EXPECT_TRUE(is_pure(at(canvas, 7, 5), Ink::accent_1));
  EXPECT_TRUE(is_pure(at(canvas, 8, 5), Ink::paper));
}

TEST(Canvas, DrawsNothingOutsideItself) {
  Canvas canvas(8, 8);
  canvas.fill({-100, -100, 50, 300}, Ink::ink);
  canvas.fill({8, 0, 5, 8}, Ink::ink, 3);
  canvas.disc({-50, -50, 200, 200}, {-200, 8, 100}, Ink::ink);
  canvas.disc({20, 20, 30, 30}, {8, 8, 16}, Ink::ink);
  canvas.ring(canvas.bounds(), {8, 8, 400}, 3, Ink::ink);
  canvas.triangle({-9, 0, 40, 40}, {-9, 0, 4, 4}, Corner::top_left, Ink::ink);
  canvas.blend(8, 0, Ink::ink, kOpaque);
  EXPECT_EQ(amount_of(canvas, Ink::ink), 0.0);
  canvas.disc({-50, -50, 200, 200}, {8, 8, 4000}, Ink::ink);
  EXPECT_EQ(amount_of(canvas, Ink::ink), 64.0);
}

TEST(Canvas, DrawsDiscsOfTheRightArea) {
  for (int radius_half_px = 4; radius_half_px < 200; radius_half_px += 7) {
    Canvas canvas(220, 220);
    canvas.disc(canvas.bounds(), {219, 220, radius_half_px}, Ink::ink);
    const double radius_px = radius_half_px / 2.0;
    const double area = M_PI * radius_px * radius_px;
    EXPECT_NEAR(amount_of(canvas, Ink::ink), area, 0.01 * area + 2) << radius_half_px;
  }
}

TEST(Canvas, DrawsNoDiscWithoutRadius) {
  Canvas canvas(9, 9);
  for (const int radius_half_px : {0, -1, -2, -5, -100}) {
    canvas.disc(canvas.bounds(), {9, 9, radius_half_px}, Ink::ink);
    canvas.ring(canvas.bounds(), {9, 9, radius_half_px}, 2, Ink::ink);
  }
  EXPECT_EQ(amount_of(canvas, Ink::ink), 0.0);
}

TEST(Canvas, DrawsARingAsTheDifferenceOfTwoDiscs) {
  Canvas ring(200, 200);
  ring.ring(ring.bounds(), {200, 200, 180}, 10, Ink::ink);
  Canvas discs(200, 200);
  discs.disc(discs.bounds(), {200, 200, 180}, Ink::ink);
  discs.disc(discs.bounds(), {200, 200, 160}, Ink::paper);
  EXPECT_NEAR(amount_of(ring, Ink::ink), amount_of(discs, Ink::ink), 10);
  EXPECT_TRUE(is_pure(at(ring, 100, 100), Ink::paper));
  EXPECT_TRUE(is_pure(at(ring, 15, 100), Ink::ink));
}

TEST(Canvas, KeepsADiscWithinItsClip) {
  Canvas canvas(100, 100);
  canvas.disc({0, 0, 50, 50}, {100, 100, 80}, Ink::ink);
  Canvas whole(100, 100);
  whole.disc(whole.bounds(), {100, 100, 80}, Ink::ink);
  EXPECT_DOUBLE_EQ(amount_of(canvas, Ink::ink) * 4, amount_of(whole, Ink::ink));
}

TEST(Canvas, KeepsATriangleWithinItsClip) {
  Canvas canvas(64, 64);
  canvas.triangle({0, 0, 64, 32}, canvas.bounds(), Corner::top_left, Ink::ink);
  EXPECT_DOUBLE_EQ(amount_of(canvas, Ink::ink), 64 * 32 - 32 * 32 / 2.0);
  EXPECT_TRUE(is_pure(at(canvas, 0, 31), Ink::ink));
  EXPECT_TRUE(is_pure(at(canvas, 0, 32), Ink::paper));
}

TEST(Canvas, SmoothsTheEdgeOfADisc) {
  Canvas canvas(40, 40);
  canvas.disc(canvas.bounds(), {40, 40, 35}, Ink::ink);
  std::set<int> covers;
  for (int x = 0; x < 40; ++x) {
    for (int y = 0; y < 40; ++y) covers.insert(at(canvas, x, y).cover);
  }
  EXPECT_GE(covers.size(), std::size_t{6});
}

TEST(Canvas, NeverThinsAnInkByItself) {
  Canvas canvas(4, 1);
  canvas.blend(0, 0, Ink::ink, 5);
  canvas.blend(0, 0, Ink::ink, 2);
  EXPECT_EQ(at(canvas, 0, 0).cover, 5);
  canvas.blend(0, 0, Ink::tint, 0);
  EXPECT_EQ(at(canvas, 0, 0).cover, 5);
  canvas.blend(0, 0, Ink::tint, 3);  // The paper in it is lost.
  EXPECT_EQ(at(canvas, 0, 0).under, Ink::ink);
  EXPECT_EQ(at(canvas, 0, 0).over, Ink::tint);
  EXPECT_EQ(at(canvas, 0, 0).cover, 3);
}

TEST(Canvas, OverprintsTwiceToWhatThereWas) {
  const InkMap exchange = {Ink::ink,      Ink::paper,    Ink::accent_1,
                           Ink::accent_2, Ink::accent_3, Ink::tint};
  Canvas canvas(80, 80);
  canvas.overprint(canvas.bounds(), {60, 80, 50}, exchange);
  const double once = amount_of(canvas, Ink::ink);
  EXPECT_NEAR(once, M_PI * 25 * 25, 20);
  canvas.overprint({-10, -10, 200, 200}, {80, 80, 400}, exchange);
  EXPECT_DOUBLE_EQ(amount_of(canvas, Ink::ink), 6400 - once);
}

TEST(Canvas, DrawsHalfASquareFromEachCorner) {
  for (const Corner corner :
       {Corner::top_left, Corner::top_right, Corner::bottom_left, Corner::bottom_right}) {
    Canvas canvas(64, 64);
    canvas.triangle(canvas.bounds(), canvas.bounds(), corner, Ink::ink);
    EXPECT_NEAR(amount_of(canvas, Ink::ink), 2048, 10);
    const bool right = corner == Corner::top_right || corner == Corner::bottom_right;
    const bool bottom = corner == Corner::bottom_left || corner == Corner::bottom_right;
    EXPECT_TRUE(is_pure(at(canvas, right ? 62 : 1, bottom ? 62 : 1), Ink::ink));
    EXPECT_TRUE(is_pure(at(canvas, right ? 1 : 62, bottom ? 1 : 62), Ink::paper));
  }
}

std::string cells_of(char glyph) {
  std::string cells;
  for (int row = 0; row < kGlyphRows; ++row) {
    for (int column = 0; column < kGlyphColumns; ++column) {
      cells += glyph_pixel(glyph, column, row) ? '#' : '.';
    }
    cells += '\n';
  }
  return cells;
}

TEST(Font, HasItsOwnGlyphForEachCharacterOfAscii) {
  std::set<std::string> seen;
  for (int c = 0x20; c <= 0x7F; ++c) {
    EXPECT_TRUE(seen.insert(cells_of(static_cast<char>(c))).second) << "U+" << std::hex << c;
  }
}

TEST(Font, DrawsAnAAsItStandsInTheDrawing) {
  EXPECT_EQ(cells_of('A'), ".###.\n#...#\n#...#\n#####\n#...#\n#...#\n#...#\n.....\n.....\n");
}

TEST(Font, HangsNothingButDescendersBelowTheBaseLine) {
  for (int c = 0x20; c < 0x7F; ++c) {
    const bool hangs =
        cells_of(static_cast<char>(c)).substr(kCapitalRows * 6).find('#') != std::string::npos;
    const bool may =
        std::string_view(",;_gjpqy|").find(static_cast<char>(c)) != std::string_view::npos;
    EXPECT_EQ(hangs, may) << static_cast<char>(c);
  }
}

TEST(Font, MovesEachGlyphToTheLeftAndMeasuresIt) {
  for (int c = 0x21; c <= 0x7F; ++c) {
    const std::string cells = cells_of(static_cast<char>(c));
    int first = kGlyphColumns;
    int last = -1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] != '#') continue;
      first = std::min(first, static_cast<int>(i % 6));
      last = std::max(last, static_cast<int>(i % 6));
    }
    EXPECT_EQ(first, 0) << static_cast<char>(c);
    EXPECT_EQ(glyph_columns(static_cast<char>(c)), last + 1) << static_cast<char>(c);
  }
  EXPECT_EQ(glyph_columns(' '), 3);
}

TEST(Font, IsEmptyOutside) {
  for (int c = -128; c < 128; ++c) {
    if (c >= 0x20) continue;
    EXPECT_EQ(cells_of(static_cast<char>(c)).find('#'), std::string::npos) << c;
    EXPECT_EQ(glyph_columns(static_cast<char>(c)), kGlyphColumns);
  }
  EXPECT_FALSE(glyph_pixel('A', -1, 3));
  EXPECT_FALSE(glyph_pixel('A', 5, 3));
  EXPECT_FALSE(glyph_pixel('A', 0, -1));
  EXPECT_FALSE(glyph_pixel('A', 0, 9));
}

TEST(ToGlyphs, KeepsAsciiAndTurnsAllWhiteSpaceIntoSingleSpaces) {
  EXPECT_EQ(to_glyphs("  a\t\r\n b \x01 c\x7f", 100), "a b c");
  EXPECT_EQ(to_glyphs("\n \t", 100), "");
  EXPECT_EQ(to_glyphs("\u00a0a\u3000b", 100), "a b");
}

TEST(ToGlyphs, TakesAccentsFromLatinLetters) {
  EXPECT_EQ(to_glyphs("Zürich, Ærø, straße, cafe\u0301", 100), "Zurich, Aro, strase, cafe");
}

TEST(ToGlyphs, MakesTypographicMarksPlain) {
  EXPECT_EQ(to_glyphs("“it’s” — ‘fine’ – ok…", 100), "\"it's\" - 'fine' - ok.");
}

TEST(ToGlyphs, ShowsWhatTheFontLacksAsABox) {
  EXPECT_EQ(to_glyphs("東京 🦊", 100), "\x7f\x7f \x7f");
  EXPECT_EQ(to_glyphs("a\xff\xe6z", 100), "a\x7f\x7fz");
  EXPECT_EQ(to_glyphs("\u2764\ufe0f", 100), "\x7f");
}

TEST(ToGlyphs, StopsAtTheLimit) {
  EXPECT_EQ(to_glyphs("abc def", 5), "abc d");
  EXPECT_EQ(to_glyphs("abc def", 4), "abc ");
  EXPECT_EQ(to_glyphs(std::string(1 << 20, 'x'), 4096).size(), std::size_t{4096});
}

TEST(FitText, TakesTheLargestScaleAtWhichAllFits) {
  // "ab" takes 5 + 1 + 5 cells.
  EXPECT_EQ(fit_text("ab", 110, 1000, 1, 50).scale_px, 10);
  EXPECT_EQ(fit_text("ab", 109, 1000, 1, 50).scale_px, 9);
  EXPECT_EQ(fit_text("ab", 110, 1000, 1, 4).scale_px, 4);
  EXPECT_EQ(fit_text("ab", 1000, 90, 1, 50).scale_px, 10);
  EXPECT_EQ(fit_text("ab", 1000, 89, 1, 50).scale_px, 9);
}

TEST(FitText, BreaksLinesAtSpacesOnly) {
  const SetText text = fit_text("the quick brown fox", 200, 400, 1, 7);
  EXPECT_EQ(text.lines, "the\nquick\nbrown\nfox\n");
  EXPECT_EQ(text.scale_px, 7);
}

TEST(FitText, ShrinksTextRatherThanCutAWord) {
  const SetText text = fit_text("lighthouse", 200, 1000, 1, 50);
  EXPECT_EQ(text.lines, "lighthouse\n");
  EXPECT_EQ(text.scale_px, 200 / columns_of("lighthouse"));
}

TEST(FitText, CutsAVeryLongWord) {
  // Nine rows of five at 29 columns; smaller letters would not have to be cut as often.
  const SetText text = fit_text(std::string(42, 'x'), 59, 180, 1, 5);
  EXPECT_EQ(text.scale_px, 2);
  EXPECT_EQ(text.lines.substr(0, 12), "xxxxx\nxxxxx\n");
  EXPECT_EQ(text.lines.substr(text.lines.size() - 9), "xxxxx\nxx\n");
}

TEST(FitText, EndsInDotsWhatDoesNotFit) {
  std::string words = "one two three four five six seven eight nine ten";
  for (int i = 0; i < 5; ++i) words += " " + words;
  const SetText text = fit_text(words, 100, 40, 2, 9);
  EXPECT_EQ(text.scale_px, 2);
  EXPECT_EQ(text.lines.substr(text.lines.size() - 4), "...\n");
}

TEST(FitText, StaysWithinTheBox) {
  std::string words;
  for (int i = 0; i < 400; ++i) {
    words += std::string(1 + (i * 7) % 23, static_cast<char>('!' + i % 90)) + " ";
    const std::string glyphs = to_glyphs(words, 4096);
    const int width_px = 100 + i;
    const int height_px = 40 + 3 * i % 200;
    const SetText text = fit_text(glyphs, width_px, height_px, 1, 40);
    int line_count = 0;
    for (std::size_t from = 0; from < text.lines.size();) {
      const std::size_t end = text.lines.find('\n', from);
      ASSERT_NE(end, std::string::npos);
      ASSERT_LE(columns_of(std::string_view(text.lines).substr(from, end - from)) * text.scale_px,
                width_px);
      from = end + 1;
      ++line_count;
    }
    ASSERT_LE((line_count * kLineRows - 1) * text.scale_px, height_px);
    ASSERT_GT(line_count, 0);
  }
}

TEST(DrawGlyphs, FillsUprightCellsFully) {
  Canvas canvas(40, 100);
  draw_glyphs(canvas, "I", 10, 0, {10, Ink::ink});
  EXPECT_EQ(amount_of(canvas, Ink::ink), 700.0);
  EXPECT_TRUE(is_pure(at(canvas, 10, 69), Ink::ink));
}

TEST(DrawGlyphs, JoinsCellsThatTouchAtACorner) {
  Canvas canvas(60, 80);
  draw_glyphs(canvas, "/", 0, 0, {10, Ink::ink});
  // The cells at (3, 2) and (2, 3) touch here.
  EXPECT_TRUE(is_pure(at(canvas, 31, 31), Ink::ink));
  EXPECT_TRUE(is_pure(at(canvas, 28, 28), Ink::ink));
  EXPECT_TRUE(is_pure(at(canvas, 25, 25), Ink::paper));
  // And the stroke's outer corner is off.
  EXPECT_TRUE(is_pure(at(canvas, 20, 30), Ink::paper) || at(canvas, 20, 30).cover < 4);
}

TEST(DrawGlyphs, StartsEachLineBelowTheLast) {
  Canvas canvas(20, 40);
  draw_glyphs(canvas, "I\nI\n", 0, 0, {2, Ink::ink});
  EXPECT_TRUE(is_pure(at(canvas, 0, 0), Ink::ink));
  EXPECT_TRUE(is_pure(at(canvas, 0, 20), Ink::ink));
  EXPECT_TRUE(is_pure(at(canvas, 0, 19), Ink::paper));
}

double luminance(const std::string& colours, Ink ink) {
  const std::size_t place = 3 * mixture_index({ink, ink, 0});
  const double weights[] = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    sum += weights[i] * std::pow(static_cast<unsigned char>(colours[place + i]) / 255.0, 2.2);
  }
  return sum;
}

double contrast(double a, double b) {
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

TEST(Palette, KeepsLettersReadable) {
  for (int i = 0; i < kPaletteCount; ++i) {
    const std::string colours = palette_colours(i);
    ASSERT_EQ(colours.size(), std::size_t{3 * kMixtureCount});
    const double paper = luminance(colours, Ink::paper);
    EXPECT_GT(contrast(paper, luminance(colours, Ink::ink)), 7.0) << i;
    EXPECT_GT(contrast(paper, luminance(colours, Ink::accent_1)), 3.5) << i;
  }
}

TEST(Palette, MixesInEvenSteps) {
  const std::string colours = palette_colours(0);
  const auto red = [&](int cover) {
    return static_cast<unsigned char>(colours[3 * mixture_index({Ink::paper, Ink::ink, cover})]);
  };
  for (int cover = 1; cover <= kOpaque; ++cover) {
    EXPECT_NEAR(red(cover - 1) - red(cover), (red(0) - red(8)) / 8.0, 1.0);
  }
}

TEST(Seed, AgreesWithTheExamplesOfFnv) {
  EXPECT_EQ(fnv1a(""), 0x811C9DC5u);
  EXPECT_EQ(fnv1a("a"), 0xE40C292Cu);
  EXPECT_EQ(fnv1a("foobar"), 0xBF9CF968u);
}

TEST(Seed, ChoosesEvenlyAndWithinBounds) {
  Choices choices(1);
  int counts[7] = {};
  for (int i = 0; i < 7000; ++i) {
    const int choice = choices.below(7);
    ASSERT_TRUE(choice >= 0 && choice < 7);
    ++counts[choice];
  }
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(choices.below(1), 0);
  EXPECT_EQ(choices.below(0), 0);
  EXPECT_EQ(choices.below(-5), 0);
}

}  // namespace
}  // namespace fluxgate
