// The addresses of the demo's pictures (FLUXGATE_DEMO=1); an address says all that is in its
// picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "demo/test_card.h"
#include "picture/image_size.h"

namespace fluxgate {

constexpr std::string_view kDemoPicturePath = "/demo.png";

/// "/demo.png?size=1024x576&prompt=...", with a seed "/demo.png?size=1024x576&seed=7&prompt=...",
/// which needs neither store nor signature. A size that takes too long to draw is halved until it
/// does not; a long prompt is cut.
std::string demo_address(std::string_view prompt, ImageSize size,
                         std::optional<std::uint32_t> seed);

/// The picture that this address shows, as a PNG.
std::string draw_demo(std::string_view prompt, ImageSize size, std::optional<std::uint32_t> seed);

/// The card at an address with these parameters, decoded, where an empty one is absent; nothing for
/// a size or a seed that demo_address() never gives.
std::optional<TestCard> card_at_address(std::string_view size, std::string_view seed,
                                        std::string_view prompt);

}  // namespace fluxgate
