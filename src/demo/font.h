// The letters of the test card: an alphabet of 5 x 9 cells, drawn for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

constexpr int kGlyphColumns = 5;
constexpr int kGlyphRows = 9;
/// From the top of a capital to the base line.
constexpr int kCapitalRows = 7;
/// Stands for every character that the font does not have.
constexpr char kBoxGlyph = '\x7f';

/// Whether a cell of a glyph is set. Glyphs are 0x20-0x7E, as in ASCII, and kBoxGlyph; all others,
/// and cells outside, are empty.
bool glyph_pixel(char glyph, int column, int row);

/// How many columns a glyph takes, 1-5, without the empty one that follows it. Letters are as wide
/// as they need to be.
int glyph_columns(char glyph);

}  // namespace fluxgate
