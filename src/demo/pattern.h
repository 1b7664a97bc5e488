// The picture within the card: geometric compositions on a grid of square tiles.
#pragma once

#include "demo/canvas.h"
#include "demo/seed.h"

namespace fluxgate {

/// Fills `area` with one of several kinds of composition, built of tiles with this side (at least
/// 1). The first tile stands in the upper left corner; those at the other ends may be cut.
void draw_pattern(Canvas& canvas, const Rect& area, int tile_px, Choices& choices);

}  // namespace fluxgate
