#include "demo/test_card.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "demo/canvas.h"
#include "demo/font.h"
#include "demo/lettering.h"
#include "demo/palette.h"
#include "demo/pattern.h"
#include "demo/png.h"
#include "demo/seed.h"

namespace fluxgate {
namespace {

/// Most glyphs that are set; the largest card has room for fewer.
constexpr std::size_t kMaxDrawnGlyphs = 4096;
/// With smaller modules nobody could read letters: only the pattern and the mark are drawn.
constexpr int kSmallestModulePx = 7;
/// From this width in modules on, the pattern stands beside the prompt, else above it.
constexpr int kWideColumns = 20;
constexpr std::string_view kMark = "DEMO";

/// A card being drawn, and the grid that everything on it stands on: square modules, sixteen on the
/// short side; what remains of the long side is shared between its ends.
class CardPainter {
 public:
  CardPainter(int width_px, int height_px);

  void draw(std::string_view prompt, std::uint32_t number);
  std::string_view pixels() const { return canvas_.pixels(); }

 private:
  /// Gives an area in px; the arguments are half modules from the grid's upper left corner.
  Rect area(int x, int y, int width, int height) const;

  void draw_grid();
  void draw_register_marks();
  void draw_prompt(const Rect& area, std::string_view prompt);
  void draw_header(std::uint32_t number);
  void draw_footer();
  void draw_gratings(const Rect& area);
  void draw_colour_bars(const Rect& area);
  void draw_mark(const Rect& area, int scale_px);
  /// Draws one line, its capitals halfway between the top and the bottom of the area. Returns where
  /// a next word would begin, in px.
  int draw_line(const Rect& area, std::string_view glyphs, int scale_px, Ink ink);

  Canvas canvas_;
  int module_px_;
  int left_px_, top_px_;
  int right_, bottom_;  ///< In half modules.
  int hairline_px_;
};

CardPainter::CardPainter(int width_px, int height_px)
    : canvas_(width_px, height_px),
      module_px_(std::max(std::min(width_px, height_px) / 16, 1)),
      left_px_(width_px % module_px_ / 2),
      top_px_(height_px % module_px_ / 2),
      right_(width_px / module_px_ * 2),
      bottom_(height_px / module_px_ * 2),
      hairline_px_(std::max(module_px_ / 32, 1)) {}

void CardPainter::draw(std::string_view prompt, std::uint32_t number) {
  Choices choices(number);
  int tile_px = 2 * module_px_;
  if (module_px_ < kSmallestModulePx) {
    tile_px = std::max({tile_px, canvas_.width_px() / 32, canvas_.height_px() / 32});
    draw_pattern(canvas_, canvas_.bounds(), tile_px, choices);
    draw_mark({0, 0, columns_of(kMark) + 4, kCapitalRows + 4}, 1);
    return;
  }
  draw_grid();
  draw_register_marks();
  draw_header(number);
  draw_footer();
  if (right_ >= 2 * kWideColumns) {
    const int width = right_ >= 52 ? 24 : 20;
    draw_pattern(canvas_, area(right_ - 2 - width, 6, width, 20), tile_px, choices);
    draw_prompt(area(2, 6, right_ - width - 6, 20), prompt);
  } else {
    const int height = std::clamp((bottom_ - 20) / 4 * 4, 12, 28);
    draw_pattern(canvas_, area(2, 5, right_ - 4, height), tile_px, choices);
    draw_prompt(area(2, height + 7, right_ - 4, bottom_ - height - 12), prompt);
  }
}

Rect CardPainter::area(int x, int y, int width, int height) const {
  const int left = x * module_px_ / 2;
  const int top = y * module_px_ / 2;
  return {left_px_ + left, top_px_ + top, (x + width) * module_px_ / 2 - left,
          (y + height) * module_px_ / 2 - top};
}

void CardPainter::draw_grid() {
  const int width = canvas_.width_px();
  const int height = canvas_.height_px();
  const int half_line_px = hairline_px_ / 2;
  for (int x = left_px_; x <= width; x += module_px_) {
    canvas_.fill({x - half_line_px, 0, hairline_px_, height}, Ink::ink, 1);
  }
  for (int y = top_px_; y <= height; y += module_px_) {
    canvas_.fill({0, y - half_line_px, width, hairline_px_}, Ink::ink, 1);
  }
  const Circle circle{width, height, std::min(width, height) - module_px_};
  canvas_.ring(canvas_.bounds(), circle, 2 * hairline_px_, Ink::ink, 2);
}

void CardPainter::draw_register_marks() {
  const int arm_px = module_px_ * 5 / 16;
  const int length_px = 2 * arm_px + hairline_px_;
  for (int corner = 0; corner < 4; ++corner) {
    const Rect at = area(corner % 2 == 0 ? 0 : right_ - 2, corner < 2 ? 0 : bottom_ - 2, 2, 2);
    const int x = at.x_px + (at.width_px - hairline_px_) / 2;
    const int y = at.y_px + (at.height_px - hairline_px_) / 2;
    canvas_.fill({x - arm_px, y, length_px, hairline_px_}, Ink::ink);
    canvas_.fill({x, y - arm_px, hairline_px_, length_px}, Ink::ink);
    const Circle circle{2 * x + hairline_px_, 2 * y + hairline_px_, module_px_ * 3 / 8};
    canvas_.ring(at, circle, hairline_px_, Ink::ink);
  }
}

void CardPainter::draw_prompt(const Rect& area, std::string_view prompt) {
  std::string glyphs = to_glyphs(prompt, kMaxDrawnGlyphs);
  if (glyphs.empty()) glyphs = "Test card";
  const int min_scale_px = module_px_ < 24 ? 1 : std::max(module_px_ / 20, 2);
  const SetText text =
      fit_text(glyphs, area.width_px, area.height_px, min_scale_px, module_px_ / 2);
  draw_glyphs(canvas_, text.lines, area.x_px, area.y_px, {text.scale_px, Ink::ink});
}

/// Draws the name, the card's number, which tells cards apart, and the mark.
void CardPainter::draw_header(std::uint32_t number) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) {
    digits += "0123456789ABCDEF"[number >> shift & 15];
    if (shift == 16) digits += ' ';
  }
  const int scale_px = std::max(module_px_ / 16, 1);
  const int end_px = draw_line(area(2, 2, 8, 2), "FLUXGATE", scale_px, Ink::ink);
  const Rect digits_area = area(10, 2, 8, 2);
  if (end_px <= digits_area.x_px) draw_line(digits_area, digits, scale_px, Ink::ink);
  draw_mark(area(right_ - 10, 2, 8, 2), std::max(module_px_ / 12, 1));
}

void CardPainter::draw_footer() {
  const int width = canvas_.width_px();
  const int height = canvas_.height_px();
  const int divisor = std::gcd(width, height);
  std::string size = std::to_string(width);
  size += " x ";
  size += std::to_string(height);
  size += "  ";
  size += std::to_string(width / divisor);
  size += ':';
  size += std::to_string(height / divisor);
  const int end_px =
      draw_line(area(2, bottom_ - 4, 12, 2), size, std::max(module_px_ / 16, 1), Ink::ink);
  const Rect gratings = area(right_ - 18, bottom_ - 4, 6, 2);
  const Rect bars = area(right_ - 12, bottom_ - 4, 10, 2);
  if (end_px <= gratings.x_px) draw_gratings(gratings);
  if (end_px <= bars.x_px) draw_colour_bars(bars);
}

/// Draws lines of 1, 2 and 4 px, which turn grey or uneven where a viewer scales the picture.
void CardPainter::draw_gratings(const Rect& area) {
  const int part_px = area.width_px / 3;
  for (int part = 0; part < 3; ++part) {
    const int line_px = 1 << part;
    const int from = area.x_px + part * part_px;
    for (int x = from; x < from + part_px; x += 2 * line_px) {
      canvas_.fill({x, area.y_px, line_px, area.height_px}, Ink::ink);
    }
  }
}

/// Draws the inks but paper above, and the steps from paper to ink below.
void CardPainter::draw_colour_bars(const Rect& area) {
  const int half_px = area.height_px / 2;
  const Rect below{area.x_px, area.y_px + half_px, area.width_px, area.height_px - half_px};
  canvas_.fill(below, Ink::paper);
  for (int i = 1; i < kInkCount; ++i) {
    const int from = area.width_px * (i - 1) / (kInkCount - 1);
    const int to = area.width_px * i / (kInkCount - 1);
    canvas_.fill({area.x_px + from, area.y_px, to - from, half_px}, static_cast<Ink>(i));
  }
  for (int i = 1; i <= kOpaque; ++i) {
    const int from = area.width_px * (i - 1) / kOpaque;
    const int to = area.width_px * i / kOpaque;
    canvas_.fill({below.x_px + from, below.y_px, to - from, below.height_px}, Ink::ink, i);
  }
}

void CardPainter::draw_mark(const Rect& area, int scale_px) {
  canvas_.fill(area, Ink::accent_1);
  Rect inner = area;
  inner.x_px += (area.width_px - columns_of(kMark) * scale_px) / 2;
  draw_line(inner, kMark, scale_px, Ink::paper);
}

int CardPainter::draw_line(const Rect& area, std::string_view glyphs, int scale_px, Ink ink) {
  const int y_px = area.y_px + (area.height_px - kCapitalRows * scale_px) / 2;
  draw_glyphs(canvas_, glyphs, area.x_px, y_px, {scale_px, ink});
  return area.x_px + (columns_of(glyphs) + 4) * scale_px;
}

/// What the figures follow from: the prompt's hash, and with a seed another number for each.
std::uint32_t number_of(const TestCard& card) {
  const std::uint32_t hash = fnv1a(card.prompt);
  return card.seed ? hash ^ Choices(*card.seed).next() : hash;
}

/// Seeds that follow each other have palettes that do, so the pictures of one request differ at any
/// size.
int palette_of(const TestCard& card) {
  Choices choices(~fnv1a(card.prompt));
  const std::uint32_t first = static_cast<std::uint32_t>(choices.below(kPaletteCount));
  return static_cast<int>((first + card.seed.value_or(0) % kPaletteCount) % kPaletteCount);
}

}  // namespace

std::string draw_test_card(const TestCard& card) {
  const std::uint32_t width_px = std::clamp(card.width_px, 1u, kMaxTestCardSide);
  const std::uint32_t height_px = std::clamp(card.height_px, 1u, kMaxTestCardSide);
  CardPainter painter(static_cast<int>(width_px), static_cast<int>(height_px));
  painter.draw(card.prompt, number_of(card));
  const std::string colours = palette_colours(palette_of(card));
  return encode_png({width_px, height_px, colours, painter.pixels()});
}

}  // namespace fluxgate
