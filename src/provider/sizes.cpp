#include "provider/sizes.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// "19.5" as 195.
std::uint64_t tenths(std::string_view number) {
  constexpr std::uint64_t kMost = 1000;
  const std::size_t point = number.find('.');
  const std::uint64_t whole = parse_unsigned(number.substr(0, point), kMost).value_or(0) * 10;
  if (point == std::string_view::npos) return whole;
  return whole + parse_unsigned(number.substr(point + 1), 9).value_or(0);
}

/// How much wider one shape is than the other, as a fraction of at least 1.
struct Distance {
  std::uint64_t larger;
  std::uint64_t smaller;
};

bool is_nearer(Distance a, Distance b) {
  return a.larger * b.smaller < b.larger * a.smaller;
}

}  // namespace

std::string_view nearest_ratio(ImageSize size, std::string_view ratios) {
  std::string_view nearest;
  Distance least{};
  for (const std::string_view ratio : split_list(ratios, ' ')) {
    const std::size_t colon = ratio.find(':');
    const std::uint64_t a = size.width_px * tenths(ratio.substr(colon + 1));
    const std::uint64_t b = size.height_px * tenths(ratio.substr(0, colon));
    const Distance distance{std::max(a, b), std::min(a, b)};
    if (!nearest.empty() && !is_nearer(distance, least)) continue;
    nearest = ratio;
    least = distance;
  }
  return nearest;
}

}  // namespace fluxgate
