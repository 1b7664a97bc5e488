// Draws the picture within the card: a geometric composition on a grid of square tiles.
#pragma once

#include "demo/canvas.h"
#include "demo/seed.h"

namespace fluxgate {

/// Fills `area` with one of several kinds of composition, built of tiles of side tile_px (at least
/// 1). The first tile stands in the upper left corner; tiles at the right and the bottom may be
/// cut.
void draw_pattern(Canvas& canvas, const Rect& area, int tile_px, Choices& choices);

}  // namespace fluxgate
