#include "demo/palette.h"

#include <cstdint>

#include "demo/canvas.h"

namespace fluxgate {
namespace {

/// 0xRRGGBB in the order of Ink: paper, ink, three accents, tint.
constexpr std::uint32_t kInks[kPaletteCount][kInkCount] = {
    {0xF3EEE3, 0x1C1B1F, 0xD8392B, 0x1F4E8C, 0xF2B233, 0xD9D0BF},  // Basel: red, blue, sun.
    {0x13213B, 0xF4EFE3, 0xE4572E, 0x2A9D8F, 0xF6AE2D, 0x22365A},  // Night: coral, teal, amber.
    {0xEBE7DA, 0x1E2B25, 0x2F6B4F, 0xD9822B, 0xE3A797, 0xC3CDB9},  // Forest: pine, ochre, rose.
    {0xF8E8E1, 0x2B1B33, 0xC2185B, 0x4F4789, 0xF28F3B, 0xEBC6BC},  // Dahlia: magenta, violet.
    {0xE5EDF0, 0x0D2836, 0xD93A32, 0x0E7C86, 0xF4D35E, 0xBCD0D8},  // Ice: red, petrol, lemon.
    {0x221C22, 0xF5E9DA, 0xDE4B32, 0x7A5C8E, 0xF4AE5C, 0x3B3039},  // Ember: red, mauve, amber.
    {0xF2C230, 0x1A1A1D, 0xB4261F, 0x1D4E79, 0xFBF3DC, 0xDDA91C},  // Mustard: red, blue, cream.
    {0xD3E8DC, 0x142E2B, 0xCE3F35, 0x23574E, 0xFFF6E4, 0xA9CDBD},  // Mint: coral, fir, cream.
};

}  // namespace

std::string palette_colours(int number) {
  std::string colours;
  for (int i = 0; i < kMixtureCount; ++i) {
    const Mixture mixture = mixture_at(i);
    const std::uint32_t under = kInks[number][static_cast<int>(mixture.under)];
    const std::uint32_t over = kInks[number][static_cast<int>(mixture.over)];
    for (int shift = 16; shift >= 0; shift -= 8) {
      const int from = under >> shift & 0xff;
      const int to = over >> shift & 0xff;
      colours += static_cast<char>(
          (from * (kOpaque - mixture.cover) + to * mixture.cover + kOpaque / 2) / kOpaque);
    }
  }
  return colours;
}

}  // namespace fluxgate
