// Sets text: turns UTF-8 into glyphs, breaks them into lines and draws these.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "demo/canvas.h"

namespace fluxgate {

/// Rows from one base line to the next: a glyph's nine and an empty one.
constexpr int kLineRows = 10;

/// Gives one byte for each glyph, at most max_glyphs. White space and control characters become
/// single spaces, with none at the ends. Letters of Latin-1 lose their accents; typographic quotes
/// and dashes become those of ASCII, an ellipsis one dot. Other characters, and each damaged byte,
/// become kBoxGlyph.
std::string to_glyphs(std::string_view utf8, std::size_t max_glyphs);

/// The width of a line in cells of the font.
int columns_of(std::string_view glyphs);

struct SetText {
  std::string lines;  ///< Glyphs; each line ends in '\n'.
  int scale_px;       ///< The side of one cell of the font.
};

/// Sets `glyphs` in the largest scale in which they fit into a box of this size. Lines break at
/// spaces; a word is cut only if it is very long, or at the smallest scale. If the text does not
/// fit even then, its rest is left out and the last line ends in "...". Scales must be at least 1.
SetText fit_text(std::string_view glyphs, int width_px, int height_px, int min_scale_px,
                 int max_scale_px);

struct Pen {
  int scale_px;  ///< The side of one cell of the font.
  Ink ink;
};

/// Draws lines; the first has its upper left corner at (x_px, y_px). Where two cells of a glyph
/// touch only at a corner, a diagonal stroke as wide as an upright one joins them.
void draw_glyphs(Canvas& canvas, std::string_view lines, int x_px, int y_px, Pen pen);

}  // namespace fluxgate
