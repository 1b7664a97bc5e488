#include "demo/lettering.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "demo/font.h"

namespace fluxgate {
namespace {

/// Words up to this length are never cut while a smaller scale can help; longer ones are mostly
/// addresses, or text of a script that has no spaces.
constexpr std::size_t kLongestWholeWord = 20;

/// U+00C0 to U+00FF without their accents.
constexpr std::string_view kLatin1Letters =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

/// The glyph of a character; 0 for a character that shows nothing by itself.
char glyph_of(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x3000) return ' ';
  if (c < 0x7F) return static_cast<char>(c);
  if (c >= 0xC0 && c <= 0xFF) return kLatin1Letters[c - 0xC0];
  if (c >= 0x300 && c <= 0x36F) return 0;    // Combining accents.
  if (c >= 0x200B && c <= 0x200F) return 0;  // Joiners and marks of direction.
  if (c >= 0xFE00 && c <= 0xFE0F) return 0;  // Variation selectors.
  if (c >= 0x2010 && c <= 0x2015) return '-';
  if (c >= 0x2018 && c <= 0x201B) return '\'';
  if (c >= 0x201C && c <= 0x201F) return '"';
  if (c == 0x2026) return '.';
  return kBoxGlyph;
}

/// How many glyphs at the start of `glyphs` fit into so many columns.
std::size_t count_fitting(std::string_view glyphs, int columns) {
  std::size_t count = 0;
  for (; count < glyphs.size(); ++count) {
    columns -= glyph_columns(glyphs[count]);
    if (columns < 0) break;
    --columns;
  }
  return count;
}

/// Where the first line ends, if possible before a space. `is_rest`: the text starts with the rest
/// of a word that was cut.
std::size_t first_line_end(std::string_view glyphs, int columns, bool is_rest, bool& cuts_word) {
  const std::size_t fitting = count_fitting(glyphs, columns);
  if (fitting == glyphs.size() || glyphs[fitting] == ' ') return fitting;
  std::size_t start = fitting;
  while (start > 0 && glyphs[start - 1] != ' ') --start;
  std::size_t end = fitting;
  while (end < glyphs.size() && glyphs[end] != ' ') ++end;
  const bool is_long = end - start > kLongestWholeWord || (start == 0 && is_rest);
  if (start > 0 && !is_long) return start - 1;
  if (!is_long) cuts_word = true;
  return fitting;
}

/// Replaces as much of the last line's end as three dots need; `line` is where it starts.
void end_with_dots(std::string& lines, std::size_t line, int columns) {
  constexpr std::string_view kDots = "...";
  while (lines.size() > line &&
         (lines.back() == ' ' ||
          columns_of(std::string_view(lines).substr(line)) + 1 + columns_of(kDots) > columns)) {
    lines.pop_back();
  }
  lines += kDots;
}

/// Sets as many lines as there is room for. Returns whether they hold all of the text and no word
/// is cut.
bool wrap(std::string_view glyphs, int columns, int max_lines, std::string& lines) {
  bool cuts_word = false;
  bool is_rest = false;
  lines.clear();
  for (; max_lines > 0 && !glyphs.empty(); --max_lines) {
    const std::size_t end = first_line_end(glyphs, columns, is_rest, cuts_word);
    const std::size_t line = lines.size();
    lines += glyphs.substr(0, end);
    glyphs.remove_prefix(end);
    is_rest = !glyphs.empty() && glyphs[0] != ' ';
    if (!glyphs.empty() && !is_rest) glyphs.remove_prefix(1);
    if (max_lines == 1 && !glyphs.empty()) end_with_dots(lines, line, columns);
    lines += '\n';
  }
  return glyphs.empty() && !cuts_word;
}

/// Does a corner of a cell change? In an empty cell it is filled, in a set cell it is cut off.
bool corner_changes(char glyph, int column, int row, int dx, int dy) {
  const auto set = [&](int right, int down) {
    return glyph_pixel(glyph, column + right, row + down);
  };
  const bool beside = set(dx, 0);
  const bool above = set(0, dy);
  if (set(dx, dy) || beside != above) return false;
  if (!set(0, 0)) return beside;
  // An outer corner is cut if the stroke goes on diagonally from one of the two next to it.
  return !beside && ((!set(-dx, 0) && set(-dx, dy)) || (!set(0, -dy) && set(dx, -dy)));
}

/// One cell of a glyph in the font.
struct Cell {
  char glyph;
  int column;
  int row;
};

void draw_cell(Canvas& canvas, const Cell& cell, const Rect& place, Ink ink) {
  const auto [glyph, column, row] = cell;
  const bool is_set = glyph_pixel(glyph, column, row);
  const int side = place.width_px;
  std::array<bool, 4> changes{};  // In the order of Corner.
  bool any_change = false;
  for (int corner = 0; corner < 4 && side > 1; ++corner) {
    changes[corner] =
        corner_changes(glyph, column, row, corner % 2 == 0 ? -1 : 1, corner < 2 ? -1 : 1);
    any_change |= changes[corner];
  }
  if (!any_change) {
    if (is_set) canvas.fill(place, ink);
    return;
  }
  // Together the two legs make the diagonal stroke about as wide as a cell: 11/16 on either side of
  // the point where the cells touch, times the square root of 2, halved.
  const int leg_16ths = side * (is_set ? 16 - 11 : 11);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      int cover = 0;
      for (int corner = 0; corner < 4; ++corner) {
        if (!changes[corner]) continue;
        const int from_x = corner % 2 == 0 ? x : side - 1 - x;
        const int from_y = corner < 2 ? y : side - 1 - y;
        cover = std::max(cover, diagonal_cover(from_x, from_y, leg_16ths));
      }
      canvas.blend(place.x_px + x, place.y_px + y, ink, is_set ? kOpaque - cover : cover);
    }
  }
}

}  // namespace

std::string to_glyphs(std::string_view utf8, std::size_t max_glyphs) {
  std::string glyphs;
  bool after_space = false;
  for (std::size_t at = 0; at < utf8.size() && glyphs.size() < max_glyphs;) {
    const CodePoint c = code_point_at(utf8, at);
    at += c.length_bytes;
    const char glyph = glyph_of(c.value);
    if (glyph == ' ') {
      after_space = !glyphs.empty();
    } else if (glyph != 0) {
      if (after_space) glyphs += ' ';
      glyphs += glyph;
      after_space = false;
    }
  }
  if (glyphs.size() > max_glyphs) glyphs.resize(max_glyphs);
  return glyphs;
}

int columns_of(std::string_view glyphs) {
  int columns = 0;
  for (const char glyph : glyphs) columns += glyph_columns(glyph) + 1;
  return std::max(columns - 1, 0);
}

SetText fit_text(std::string_view glyphs, int width_px, int height_px, int min_scale_px,
                 int max_scale_px) {
  SetText text{"", max_scale_px};
  while (true) {
    // The last line needs no empty row below it.
    const int max_lines = (height_px / text.scale_px + 1) / kLineRows;
    if (wrap(glyphs, width_px / text.scale_px, max_lines, text.lines)) return text;
    if (text.scale_px <= min_scale_px) return text;
    --text.scale_px;
  }
}

void draw_glyphs(Canvas& canvas, std::string_view lines, int x_px, int y_px, Pen pen) {
  const int scale_px = pen.scale_px;
  int x = x_px;
  for (const char glyph : lines) {
    if (glyph == '\n') {
      x = x_px;
      y_px += kLineRows * scale_px;
      continue;
    }
    const int columns = glyph_columns(glyph);
    for (int row = 0; row < kGlyphRows; ++row) {
      for (int column = 0; column < columns; ++column) {
        const Rect place{x + column * scale_px, y_px + row * scale_px, scale_px, scale_px};
        draw_cell(canvas, {glyph, column, row}, place, pen.ink);
      }
    }
    x += (columns + 1) * scale_px;
  }
}

}  // namespace fluxgate
