#include "picture/ratio_table.h"

#include <optional>
#include <string>

#include "base/ascii.h"
#include "picture/limits.h"
#include "picture/size_rules.h"

namespace fluxgate {
namespace {

constexpr RatioSize kAlwaysThere[] = {
    {1, 1, {1024, 1024}}, {1, 2, {512, 1024}},  {3, 2, {768, 512}},
    {3, 4, {768, 1024}},  {16, 9, {1024, 576}}, {9, 16, {576, 1024}},
};

constexpr std::uint32_t kMaxRatioNumber = 999;

struct Pair {
  std::uint32_t first;
  std::uint32_t second;
};

/// Reads "21:9" with ':' or "1536x640" with 'x'; both numbers must be within [min, max].
std::optional<Pair> parse_pair(std::string_view text, char separator, std::uint32_t min,
                               std::uint32_t max) {
  std::size_t middle = 0;
  while (middle < text.size() && to_lower(text[middle]) != separator) ++middle;
  if (middle == text.size()) return std::nullopt;
  const auto first = parse_unsigned(trim(text.substr(0, middle)), max);
  const auto second = parse_unsigned(trim(text.substr(middle + 1)), max);
  if (!first || !second || *first < min || *second < min) return std::nullopt;
  return Pair{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*second)};
}

std::optional<RatioSize> parse_entry(std::string_view entry) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto ratio = parse_pair(entry.substr(0, equals), ':', 1, kMaxRatioNumber);
  const auto size = parse_pair(entry.substr(equals + 1), 'x', kMinSidePx, kMaxSidePx);
  if (!ratio || !size) return std::nullopt;
  return RatioSize{ratio->first, ratio->second, {size->first, size->second}};
}

Error bad_entry(std::size_t place) {
  return {ErrorCode::configuration_error,
          "IMAGE_RATIOS: entry " + std::to_string(place) +
              " is not of the form 21:9=1536x640 with sides of 64 to 4096 pixels."};
}

}  // namespace

RatioTable::RatioTable() : ratios_(std::begin(kAlwaysThere), std::end(kAlwaysThere)) {}

const RatioSize* RatioTable::find(std::uint32_t width, std::uint32_t height) const {
  for (const RatioSize& ratio : ratios_) {
    if (ratio.width == width && ratio.height == height) return &ratio;
  }
  return nullptr;
}

ImageSize RatioTable::size_for(Ratio ratio) const {
  if (const RatioSize* entry = find(ratio.width, ratio.height)) return entry->size;
  for (const RatioSize& known : ratios_) {
    if (std::uint64_t{known.width} * ratio.height == std::uint64_t{ratio.width} * known.height) {
      return known.size;
    }
  }
  constexpr std::uint32_t kPixels = kSquare.width_px * kSquare.height_px;
  return nearest_size({.max_pixels = kPixels}, SizeWish{ratio.width, ratio.height, kPixels});
}

bool RatioTable::set(const RatioSize& ratio) {
  for (RatioSize& known : ratios_) {
    if (known.width == ratio.width && known.height == ratio.height) {
      known.size = ratio.size;
      return true;
    }
  }
  if (ratios_.size() >= kMaxRatios) return false;
  ratios_.push_back(ratio);
  return true;
}

Result<RatioTable> parse_ratio_table(std::string_view extra) {
  RatioTable table;
  std::size_t place = 0;
  for (const std::string_view entry : split_list(extra, ',')) {
    ++place;
    const auto ratio = parse_entry(entry);
    if (!ratio) return bad_entry(place);
    if (!table.set(*ratio)) {
      return Error{ErrorCode::configuration_error, "IMAGE_RATIOS holds too many ratios; at most " +
                                                       std::to_string(RatioTable::kMaxRatios) +
                                                       " fit with the built-in ones."};
    }
  }
  return table;
}

}  // namespace fluxgate
