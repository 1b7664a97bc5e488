// Paints rectangles, circles and triangles with smooth edges in a few inks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fluxgate {

/// The inks of one card. paper and ink are far apart in lightness; accents are strong colours, the
/// first of them one that carries letters of paper; tint is a quiet tone near the paper.
enum class Ink : std::uint8_t { paper, ink, accent_1, accent_2, accent_3, tint };
constexpr int kInkCount = 6;

/// An ink covers a pixel in eighths: 0 leaves the pixel alone, kOpaque hides it.
constexpr int kOpaque = 8;

/// What one pixel shows: `over` on `under`. `cover` is 1-7, or 0 when both are the same ink.
struct Mixture {
  Ink under, over;
  int cover;
};

/// A pixel is the index of its mixture, below kMixtureCount.
constexpr int kMixtureCount = kInkCount * kInkCount * (kOpaque - 1);
/// The index of a mixture. `cover` may be any number; all mixtures that show one ink alone have one
/// index.
std::uint8_t mixture_index(const Mixture& mixture);
Mixture mixture_at(int index);

struct Rect {
  int x_px, y_px, width_px, height_px;
};

/// The area that two rectangles share; its width or height is 0 if they share none.
Rect overlap(const Rect& a, const Rect& b);

/// A circle, measured in half pixels so that its centre may lie on a pixel's edge or in its middle.
struct Circle {
  int x_half_px, y_half_px, radius_half_px;
};

enum class Corner : std::uint8_t { top_left, top_right, bottom_left, bottom_right };

/// For each ink, in the order of Ink, the ink that it turns into.
using InkMap = std::array<Ink, kInkCount>;

/// All arithmetic is on integers, so that every compiler paints the same picture. Shapes may reach
/// beyond the canvas. Sides, coordinates and radii stay below 8192 px.
class Canvas {
 public:
  /// A canvas all of paper. Both sides must be at least 1.
  Canvas(int width_px, int height_px);

  int width_px() const { return width_px_; }
  int height_px() const { return height_px_; }
  Rect bounds() const { return {0, 0, width_px_, height_px_}; }
  /// width_px x height_px mixture indices, row by row from the top.
  std::string_view pixels() const { return pixels_; }

  void fill(const Rect& area, Ink ink, int cover = kOpaque);
  /// A filled circle. This and all following shapes are drawn only within `clip`.
  void disc(const Rect& clip, const Circle& circle, Ink ink, int cover = kOpaque);
  /// A circle's line; `circle` is its outer edge.
  void ring(const Rect& clip, const Circle& circle, int thickness_px, Ink ink, int cover = kOpaque);
  /// A filled circle that turns each ink below it into another, as if printed over it.
  void overprint(const Rect& clip, const Circle& circle, const InkMap& inks);
  /// Half of `square`: the right-angled triangle at one of its corners.
  void triangle(const Rect& clip, const Rect& square, Corner corner, Ink ink);
  /// Lays `ink` over one pixel. A pixel keeps two inks at most: of its mixture only the ink with
  /// the larger part stays below `ink`. A mixture that holds `ink` keeps both inks and never loses
  /// any of it, so shapes of one ink may overlap.
  void blend(int x_px, int y_px, Ink ink, int cover);

 private:
  void paint_ring(const Rect& clip, const Circle& circle, int inner_half_px, const InkMap& inks,
                  int cover);
  char* row_at(int y_px) { return pixels_.data() + static_cast<std::size_t>(y_px) * width_px_; }

  int width_px_;
  int height_px_;
  std::string pixels_;
};

/// How many eighths of a pixel lie on a corner's side of a diagonal edge, which meets both sides of
/// the corner at leg_16ths / 16 px. x_px, y_px: the pixel, counted from the corner.
int diagonal_cover(int x_px, int y_px, int leg_16ths);

}  // namespace fluxgate
