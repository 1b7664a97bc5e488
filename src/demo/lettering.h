// Setting text: from UTF-8 to glyphs, into lines, onto the canvas.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "demo/canvas.h"

namespace fluxgate {

/// From one base line to the next, in cells of the font: a glyph's nine rows and one empty.
constexpr int kLineRows = 10;

/// One byte for each glyph of the font, at most max_glyphs. White space and control characters
/// become single spaces, none at the ends. Letters of Latin-1 lose their accents; typographic
/// quotes and dashes become those of ASCII, an ellipsis one dot. Other characters, and each damaged
/// byte, become kBoxGlyph.
std::string to_glyphs(std::string_view utf8, std::size_t max_glyphs);

/// The width of a line in cells of the font.
int columns_of(std::string_view glyphs);

struct SetText {
  std::string lines;  ///< Glyphs; each line ends in '\n'.
  int scale_px;       ///< The side of one cell of the font.
};

/// The largest setting of `glyphs` that fits into a box of this size. Lines break at spaces; a word
/// is cut only if it is very long, or at the smallest scale. What does not fit even then is left
/// out, and the last line ends in "...". Scales are at least 1.
SetText fit_text(std::string_view glyphs, int width_px, int height_px, int min_scale_px,
                 int max_scale_px);

/// Draws lines whose first has its upper left corner at this place. Where two cells of a glyph
/// touch only at a corner, the step between them becomes a diagonal stroke as wide as an upright
/// one.
void draw_glyphs(Canvas& canvas, std::string_view lines, int x_px, int y_px, int scale_px, Ink ink);

}  // namespace fluxgate
