#include "demo/pattern.h"

#include <algorithm>
#include <iterator>

namespace fluxgate {
namespace {

/// Inks that look well together in every palette. Triples on paper come last: single tiles may have
/// them, but a whole pattern would lose its outline.
struct InkTriple {
  Ink ground, figure, shade;
};

constexpr InkTriple kTriples[] = {
    {Ink::tint, Ink::accent_1, Ink::accent_2},  //
    {Ink::tint, Ink::accent_2, Ink::accent_1},  //
    {Ink::tint, Ink::ink, Ink::accent_3},       //
    {Ink::accent_1, Ink::tint, Ink::ink},       //
    {Ink::accent_1, Ink::ink, Ink::accent_3},   //
    {Ink::accent_1, Ink::accent_3, Ink::ink},   //
    {Ink::accent_2, Ink::tint, Ink::accent_3},  //
    {Ink::accent_2, Ink::accent_3, Ink::ink},   //
    {Ink::accent_3, Ink::ink, Ink::accent_1},   //
    {Ink::accent_3, Ink::accent_1, Ink::ink},   //
    {Ink::ink, Ink::accent_3, Ink::accent_1},   //
    {Ink::ink, Ink::accent_1, Ink::accent_2},   //
    {Ink::paper, Ink::accent_1, Ink::ink},      //
    {Ink::paper, Ink::ink, Ink::accent_1},      //
    {Ink::paper, Ink::accent_2, Ink::accent_3},
};

constexpr int kTripleCount = static_cast<int>(std::size(kTriples));
constexpr int kTripleOnPaperCount = 3;

/// The canvas within `area`, in tiles.
struct Board {
  Canvas& canvas;
  const Rect area;
  const int tile_px;
  const int columns, rows;  ///< Whole tiles.

  int x_px(int column) const { return area.x_px + column * tile_px; }
  int y_px(int row) const { return area.y_px + row * tile_px; }
};

// Mosaic: one figure in each tile.

enum class Figure : std::uint8_t { solid, quarter, rainbow, half, disc, target, triangle, bars };
constexpr int kFigureCount = 8;

struct TurnedFigure {
  Figure figure;
  int turn;  ///< The corner or side of the tile where the figure starts, 0-3.
};

void draw_figure(Canvas& canvas, const Rect& clip, const Rect& tile, TurnedFigure turned,
                 const InkTriple& inks) {
  const auto [figure, turn] = turned;
  const int side = tile.width_px;
  Circle circle{2 * tile.x_px + side, 2 * tile.y_px + side, side};
  int ring_count = 1;
  switch (figure) {
    case Figure::solid: return;
    case Figure::triangle:
      canvas.triangle(clip, tile, static_cast<Corner>(turn), inks.figure);
      return;
    case Figure::bars:
      for (int bar = 0; bar < 8; bar += 2) {
        const int from = side * bar / 8;
        const int width = side * (bar + 1) / 8 - from;
        const Rect stripe = turn % 2 == 0 ? Rect{tile.x_px + from, tile.y_px, width, side}
                                          : Rect{tile.x_px, tile.y_px + from, side, width};
        canvas.fill(overlap(stripe, clip), inks.figure);
      }
      return;
    case Figure::disc: break;
    case Figure::target: ring_count = 2; break;
    case Figure::half:
      (turn % 2 == 0 ? circle.x_half_px : circle.y_half_px) += turn < 2 ? -side : side;
      break;
    case Figure::rainbow: ring_count = 4; [[fallthrough]];
    case Figure::quarter:
      circle.x_half_px += turn % 2 == 0 ? -side : side;
      circle.y_half_px += turn < 2 ? -side : side;
      circle.radius_half_px *= 2;
      break;
  }
  const int radius_half_px = circle.radius_half_px;
  for (int ring = 0; ring < ring_count; ++ring) {
    circle.radius_half_px = radius_half_px * (ring_count - ring) / ring_count;
    canvas.disc(clip, circle, ring % 2 == 0 ? inks.figure : inks.ground);
  }
}

void draw_mosaic(const Board& board, Choices& choices) {
  const std::uint32_t seed = choices.next();
  for (int row = 0; board.y_px(row) < board.area.y_px + board.area.height_px; ++row) {
    for (int column = 0; board.x_px(column) < board.area.x_px + board.area.width_px; ++column) {
      // A tile depends on its place alone, so that all sizes of a card look alike.
      Choices of_tile(seed + static_cast<std::uint32_t>(row * 256 + column));
      const Rect tile{board.x_px(column), board.y_px(row), board.tile_px, board.tile_px};
      const Rect clip = overlap(tile, board.area);
      const InkTriple& inks = kTriples[of_tile.below(kTripleCount)];
      board.canvas.fill(clip, inks.ground);
      const auto figure = static_cast<Figure>(of_tile.below(kFigureCount));
      draw_figure(board.canvas, clip, tile, {figure, of_tile.below(4)}, inks);
    }
  }
}

// Arcs: rings around one point, different ones in each quarter.

void draw_arcs(const Board& board, Choices& choices) {
  const Rect& area = board.area;
  const int x = board.x_px(1 + choices.below(board.columns - 1));
  const int y = board.y_px(1 + choices.below(board.rows - 1));
  board.canvas.fill(area, Ink::tint);
  for (int quarter = 0; quarter < 4; ++quarter) {
    const Rect beside{quarter % 2 == 0 ? x - area.width_px : x,
                      quarter < 2 ? y - area.height_px : y, area.width_px, area.height_px};
    const Rect clip = overlap(beside, area);
    // No corner of the area is farther away than this, in half tiles.
    int ring = 2 * (clip.width_px + clip.height_px) / board.tile_px;
    for (int ink = 0; ring > 0; ring -= 1 + choices.below(3)) {
      ink = (ink + 1 + choices.below(kInkCount - 1)) % kInkCount;  // Never the last ink again.
      board.canvas.disc(clip, {2 * x, 2 * y, ring * board.tile_px}, static_cast<Ink>(ink));
    }
  }
}

// Horizon: a sun with its halo, and its reflection in water.

void draw_horizon(const Board& board, Choices& choices) {
  constexpr int kHaloCount = 6;
  constexpr int kWaveCount = 6;
  const Rect& area = board.area;
  const InkTriple& inks = kTriples[choices.below(kTripleCount - kTripleOnPaperCount)];
  const int radius_px = std::min(area.width_px, area.height_px) / 3;
  const int sky_px = area.height_px * 5 / 8;
  const int water_px = area.height_px - sky_px;
  Circle circle{2 * board.x_px(1 + choices.below(board.columns - 1)), 2 * (area.y_px + sky_px), 0};

  board.canvas.fill(area, inks.ground);
  for (int halo = 1; halo <= kHaloCount; ++halo) {
    circle.radius_half_px = radius_px * (kHaloCount + 3 - halo);
    board.canvas.disc(area, circle, inks.figure, halo);
  }
  circle.radius_half_px = 2 * radius_px;
  board.canvas.disc(area, circle, inks.figure);

  Rect part{area.x_px, area.y_px + sky_px, area.width_px, water_px};
  board.canvas.fill(part, inks.shade);
  for (int wave = 0; wave < kWaveCount; ++wave) {
    part.y_px = area.y_px + sky_px + water_px * (2 * wave + 1) / (2 * kWaveCount);
    part.height_px = water_px * (kWaveCount - wave) / (3 * kWaveCount * kWaveCount / 2);
    board.canvas.disc(part, circle, inks.figure);
  }
}

// Overprint: discs that change the ink where they meet, one on each point of the grid or a few
// large ones.

void draw_overprint(const Board& board, Choices& choices) {
  const InkTriple& inks = kTriples[choices.below(kTripleCount - kTripleOnPaperCount)];
  InkMap onto;
  onto.fill(inks.figure);
  onto[static_cast<std::size_t>(inks.figure)] = inks.shade;
  if (choices.below(2) == 0) onto[static_cast<std::size_t>(inks.shade)] = inks.ground;
  const bool on_each_point = choices.below(2) == 0;

  board.canvas.fill(board.area, inks.ground);
  const int point_count = (board.columns + 1) * (board.rows + 1);
  const int disc_count = on_each_point ? point_count : 3 + (board.columns + board.rows) / 2;
  for (int i = 0; i < disc_count; ++i) {
    if (on_each_point && choices.below(4) == 0) continue;
    const int point = on_each_point ? i : choices.below(point_count);
    // Discs next to each other overlap, discs on a diagonal just touch.
    const int radius_half_px =
        on_each_point ? board.tile_px * 45 / 32 : board.tile_px * (2 + choices.below(4));
    const Circle circle{2 * board.x_px(point % (board.columns + 1)),
                        2 * board.y_px(point / (board.columns + 1)), radius_half_px};
    board.canvas.overprint(board.area, circle, onto);
  }
}

}  // namespace

void draw_pattern(Canvas& canvas, const Rect& area, int tile_px, Choices& choices) {
  const Board board{canvas, area, tile_px, area.width_px / tile_px, area.height_px / tile_px};
  switch (choices.below(4)) {
    case 0: return draw_mosaic(board, choices);
    case 1: return draw_arcs(board, choices);
    case 2: return draw_horizon(board, choices);
    default: return draw_overprint(board, choices);
  }
}

}  // namespace fluxgate
