#include "demo/canvas.h"

#include <algorithm>
#include <cstring>

namespace fluxgate {
namespace {

Ink mapped(const InkMap& inks, Ink ink) {
  return inks[static_cast<std::size_t>(ink)];
}

InkMap everything_to(Ink ink) {
  InkMap inks;
  inks.fill(ink);
  return inks;
}

/// The ink with the larger part of a mixture.
Ink chief_ink(const Mixture& mixture) {
  return mixture.cover < kOpaque / 2 ? mixture.under : mixture.over;
}

/// The pixel `index` after one of `inks` was laid over it: see Canvas::blend().
std::uint8_t covered(std::uint8_t index, const InkMap& inks, int cover) {
  if (cover <= 0) return index;
  Mixture mixture = mixture_at(index);
  if (cover >= kOpaque) {
    mixture.under = mapped(inks, mixture.under);
    mixture.over = mapped(inks, mixture.over);
    return mixture_index(mixture);
  }
  const Ink chief = chief_ink(mixture);
  const Ink ink = mapped(inks, chief);
  if (mixture.under == ink) {
    std::swap(mixture.under, mixture.over);
    mixture.cover = kOpaque - mixture.cover;
  }
  if (mixture.over != ink) mixture = {chief, ink, 0};
  mixture.cover = std::max(mixture.cover, cover);
  return mixture_index(mixture);
}

/// Half the length of a circle's chord at `distance` from its middle, rounded down; 0 outside.
int half_chord(int radius, int distance) {
  const int square = radius > 0 ? radius * radius - distance * distance : 0;
  int root = 0;
  for (int bit = 1 << 14; bit > 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= square) root += bit;
  }
  return root;
}

/// How many eighths of a pixel lie within a circle. Near its edge, distance - radius is
/// (distance^2 - radius^2) / (2 radius).
int disc_cover(int square_distance, int radius_half_px) {
  const int beyond = square_distance - radius_half_px * radius_half_px;
  if (beyond >= 2 * radius_half_px) return 0;
  if (beyond <= -2 * radius_half_px) return kOpaque;
  return std::clamp(kOpaque / 2 - 2 * beyond / radius_half_px, 0, kOpaque);
}

}  // namespace

std::uint8_t mixture_index(const Mixture& mixture) {
  int under = static_cast<int>(mixture.under);
  int over = static_cast<int>(mixture.over);
  int step = mixture.cover - 1;
  if (mixture.cover <= 0) over = under;
  if (mixture.cover >= kOpaque) under = over;
  if (under == over) step = 0;
  return static_cast<std::uint8_t>((step * kInkCount + over) * kInkCount + under);
}

Mixture mixture_at(int index) {
  const auto under = static_cast<Ink>(index % kInkCount);
  const auto over = static_cast<Ink>(index / kInkCount % kInkCount);
  return {under, over, under == over ? 0 : index / (kInkCount * kInkCount) + 1};
}

Rect overlap(const Rect& a, const Rect& b) {
  const int left = std::max(a.x_px, b.x_px);
  const int top = std::max(a.y_px, b.y_px);
  const int right = std::min(a.x_px + a.width_px, b.x_px + b.width_px);
  const int bottom = std::min(a.y_px + a.height_px, b.y_px + b.height_px);
  return {left, top, std::max(right - left, 0), std::max(bottom - top, 0)};
}

int diagonal_cover(int x_px, int y_px, int leg_16ths) {
  // The pixel's middle is this far from the edge times the square root of 2, which is nearly 17/12.
  const int within_16ths = leg_16ths - 16 * (x_px + y_px + 1);
  return std::clamp(kOpaque / 2 + within_16ths * 6 / 17, 0, kOpaque);
}

Canvas::Canvas(int width_px, int height_px)
    : width_px_(width_px),
      height_px_(height_px),
      pixels_(static_cast<std::size_t>(width_px) * height_px, '\0') {}

void Canvas::blend(int x_px, int y_px, Ink ink, int cover) {
  if (x_px < 0 || y_px < 0 || x_px >= width_px_ || y_px >= height_px_) return;
  char& pixel = row_at(y_px)[x_px];
  pixel = static_cast<char>(covered(static_cast<std::uint8_t>(pixel), everything_to(ink), cover));
}

void Canvas::fill(const Rect& area, Ink ink, int cover) {
  const Rect part = overlap(area, bounds());
  for (int y = part.y_px; y < part.y_px + part.height_px; ++y) {
    if (cover >= kOpaque) {
      std::memset(row_at(y) + part.x_px, mixture_index({ink, ink, 0}), part.width_px);
    } else {
      for (int x = part.x_px; x < part.x_px + part.width_px; ++x) blend(x, y, ink, cover);
    }
  }
}

void Canvas::disc(const Rect& clip, const Circle& circle, Ink ink, int cover) {
  paint_ring(clip, circle, 0, everything_to(ink), cover);
}

void Canvas::ring(const Rect& clip, const Circle& circle, int thickness_px, Ink ink, int cover) {
  paint_ring(clip, circle, circle.radius_half_px - 2 * thickness_px, everything_to(ink), cover);
}

void Canvas::overprint(const Rect& clip, const Circle& circle, const InkMap& inks) {
  paint_ring(clip, circle, 0, inks, kOpaque);
}

void Canvas::paint_ring(const Rect& clip, const Circle& circle, int inner_half_px,
                        const InkMap& inks, int cover) {
  if (circle.radius_half_px <= 0) return;
  std::uint8_t to[kMixtureCount];
  for (int i = 0; i < kMixtureCount; ++i)
    to[i] = covered(static_cast<std::uint8_t>(i), inks, cover);
  const int outer = circle.radius_half_px;
  const int inner = std::max(inner_half_px, 0);
  const Rect part = overlap(clip, bounds());
  const int end = part.x_px + part.width_px;
  for (int y = part.y_px; y < part.y_px + part.height_px; ++y) {
    const int dy = 2 * y + 1 - circle.y_half_px;
    // No pixel more than 1 px from a circle is on its edge.
    const int reach = half_chord(outer + 2, dy);
    const int hole = half_chord(inner - 2, dy);
    const int solid = inner > 0 ? 0 : half_chord(outer - 2, dy);
    char* const row = row_at(y);
    int x = std::max(part.x_px, (circle.x_half_px - reach) / 2 - 1);
    while (x < end) {
      const int dx = 2 * x + 1 - circle.x_half_px;
      if (dx > reach) break;
      if (dx > -hole && dx < hole) {
        x += (hole - dx + 1) / 2;
        continue;
      }
      if (dx > -solid && dx < solid) {
        const int solid_end = std::min(end, x + (solid - dx + 1) / 2);
        for (; x < solid_end; ++x)
          row[x] = static_cast<char>(to[static_cast<std::uint8_t>(row[x])]);
        continue;
      }
      const int distance = dx * dx + dy * dy;
      const int within = disc_cover(distance, outer) - disc_cover(distance, inner);
      if (within > 0) {
        row[x] = static_cast<char>(
            covered(static_cast<std::uint8_t>(row[x]), inks, within * cover / kOpaque));
      }
      ++x;
    }
  }
}

void Canvas::triangle(const Rect& clip, const Rect& square, Corner corner, Ink ink) {
  const bool from_right = corner == Corner::top_right || corner == Corner::bottom_right;
  const bool from_bottom = corner == Corner::bottom_left || corner == Corner::bottom_right;
  const int side = square.width_px;
  for (int y = 0; y < side; ++y) {
    // The diagonal halves one pixel of each row.
    const int solid_px = side - 1 - y;
    const int top = square.y_px + (from_bottom ? solid_px : y);
    const int left = square.x_px + (from_right ? side - solid_px : 0);
    fill(overlap({left, top, solid_px, 1}, clip), ink);
    const int halved = square.x_px + (from_right ? y : solid_px);
    fill(overlap({halved, top, 1, 1}, clip), ink, kOpaque / 2);
  }
}

}  // namespace fluxgate
