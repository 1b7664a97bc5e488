#include "demo/address.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

/// Most pixels of a card, a third more than the largest usual size: drawing takes time, and anybody
/// may ask for it.
constexpr std::uint32_t kMaxDemoPixels = 1536 * 1024;
/// Most bytes of a prompt in an address: more than the card can show, and the link stays short.
constexpr std::size_t kMaxDemoPromptBytes = 300;

bool is_drawable(ImageSize size) {
  return size.width_px <= kMaxTestCardSide && size.height_px <= kMaxTestCardSide &&
         size.width_px * size.height_px <= kMaxDemoPixels;
}

/// The size, halved until it can be drawn.
ImageSize drawable(ImageSize size) {
  while (!is_drawable(size)) {
    size = {std::max(size.width_px / 2, kMinSidePx), std::max(size.height_px / 2, kMinSidePx)};
  }
  return size;
}

TestCard card_of(std::string_view prompt, ImageSize size, std::optional<std::uint32_t> seed) {
  return {size.width_px, size.height_px, std::string(utf8_prefix(prompt, kMaxDemoPromptBytes)),
          seed};
}

}  // namespace

std::string demo_address(std::string_view prompt, ImageSize size,
                         std::optional<std::uint32_t> seed) {
  std::string address(kDemoPicturePath);
  address += "?size=" + size_text(drawable(size));
  if (seed) address += "&seed=" + std::to_string(*seed);
  address += "&prompt=" + percent_encode(utf8_prefix(prompt, kMaxDemoPromptBytes));
  return address;
}

std::string draw_demo(std::string_view prompt, ImageSize size, std::optional<std::uint32_t> seed) {
  return draw_test_card(card_of(prompt, drawable(size), seed));
}

std::optional<TestCard> card_at_address(std::string_view size, std::string_view seed,
                                        std::string_view prompt) {
  const auto parsed = parse_size_text(size);
  if (!parsed || !is_drawable(*parsed)) return std::nullopt;
  if (seed.empty()) return card_of(prompt, *parsed, std::nullopt);
  const auto number = parse_unsigned(seed, UINT32_MAX);
  if (!number) return std::nullopt;
  return card_of(prompt, *parsed, static_cast<std::uint32_t>(*number));
}

}  // namespace fluxgate
