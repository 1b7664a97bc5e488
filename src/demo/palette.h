// The colours of the test cards.
#pragma once

#include <string>

namespace fluxgate {

constexpr int kPaletteCount = 8;

/// The colours of all mixtures in the order of their indices, three bytes each: red, green, blue.
/// `number` is 0 to kPaletteCount - 1.
std::string palette_colours(int number);

}  // namespace fluxgate
