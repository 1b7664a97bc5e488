#include "provider/sizes.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

// Source: docs.byteplus.com, ModelArk, image generation.
constexpr SizeRules kSeedream5Pro{.max_ratio = 16, .min_pixels = 921'600, .max_pixels = 4'624'220};
constexpr SizeRules kSeedream5{.max_ratio = 16, .min_pixels = 3'686'400};
constexpr SizeRules kSeedream4{.max_ratio = 16, .min_pixels = 921'600};

constexpr ModelSizes kSameEverywhere[] = {
    {"seedream-5-0-pro", kSeedream5Pro},
    {"seedream-5.0-pro", kSeedream5Pro},
    {"seedream-5-pro", kSeedream5Pro},
    {"seedream/v5/pro", kSeedream5Pro},  // fal
    {"seedream/v5", kSeedream5},
    {"seedream/v4.5", kSeedream5},
    {"seedream/v4", kSeedream4},
    {"seedream-5", kSeedream5},
    {"seedream-4-5", kSeedream5},
    {"seedream-4.5", kSeedream5},
    {"seedream-4", kSeedream4},
    // Source: docs.bfl.ai, FLUX.2.
    {"flux.2", {.step_px = 16, .max_pixels = 4 * 1024 * 1024}},
    {"flux-2", {.step_px = 16, .max_pixels = 4 * 1024 * 1024}},
};

const SizeRules* find(std::span<const ModelSizes> sizes, std::string_view model) {
  for (const ModelSizes& entry : sizes) {
    if (find_ignoring_case(model, entry.name) != std::string_view::npos) return &entry.rules;
  }
  return nullptr;
}

/// Half-way, as factors, between the areas of the resolutions.
constexpr std::uint32_t kMost1kPixels = 2 * 1024 * 1024;
constexpr std::uint32_t kMost2kPixels = 8 * 1024 * 1024;

}  // namespace

int resolution_of(ImageSize size) {
  const std::uint32_t pixels = size.width_px * size.height_px;
  return pixels <= kMost1kPixels ? 1 : pixels <= kMost2kPixels ? 2 : 4;
}

SizeRules size_rules(std::span<const ModelSizes> sizes, std::string_view model) {
  const SizeRules* rules = find(sizes, model);
  if (rules == nullptr) rules = find(kSameEverywhere, model);
  return rules == nullptr ? SizeRules() : *rules;
}

std::string starred(ImageSize size) {
  return std::to_string(size.width_px) + "*" + std::to_string(size.height_px);
}

}  // namespace fluxgate
