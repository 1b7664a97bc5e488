// The letters of the test card: an alphabet of 5 x 9 cells, drawn for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

constexpr int kGlyphColumns = 5;
constexpr int kGlyphRows = 9;
/// Rows from the top of a capital to the base line.
constexpr int kCapitalRows = 7;
/// Stands for every character that the font does not have.
constexpr char kBoxGlyph = '\x7f';

/// Is a cell of a glyph set? Glyphs are 0x20-0x7E, as in ASCII, and kBoxGlyph. All other glyphs,
/// and cells outside a glyph, are empty.
bool glyph_pixel(char glyph, int column, int row);

/// How many columns a glyph takes, 1-5, without the empty one that follows it. Letters are as wide
/// as they need to be.
int glyph_columns(char glyph);

}  // namespace fluxgate
