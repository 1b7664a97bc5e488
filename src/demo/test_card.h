// The picture of the `demo` model: a test card, drawn without key or network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fluxgate {

/// The longest side of a test card. A card of that size takes 4 MiB while it is drawn.
constexpr std::uint32_t kMaxTestCardSide = 2048;

struct TestCard {
  std::uint32_t width_px;   ///< Clamped to 1-kMaxTestCardSide.
  std::uint32_t height_px;  ///< Likewise.
  std::string prompt;       ///< UTF-8, possibly damaged, of any length; what fits is drawn.
  std::optional<std::uint32_t> seed = {};  ///< Another seed, another number, palette and figures.
};

/// A PNG (indexed colour, 8 bits) that shows the prompt, the size and its ratio, "DEMO", and a
/// composition whose palette and figures follow from the prompt and the seed. The same card gives
/// the same bytes on every host.
std::string draw_test_card(const TestCard& card);

}  // namespace fluxgate
