#include "picture/size_fields.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

constexpr std::string_view kSizeSigns[] = {"x", "X", "*", "×"};
constexpr std::string_view kRatioSigns[] = {":", "/", "x", "X", "：", "∶"};

struct Shape {
  std::string_view word;
  Ratio ratio;
};

/// Words that APIs know for shapes.
constexpr Shape kShapes[] = {
    {"square", {1, 1}},        {"square_hd", {1, 1}},       {"portrait", kPortrait},
    {"landscape", kLandscape}, {"portrait_4_3", {3, 4}},    {"portrait_16_9", {9, 16}},
    {"landscape_4_3", {4, 3}}, {"landscape_16_9", {16, 9}},
};

/// The trimmed texts on both sides of the first of `signs` that the value holds.
template <std::size_t n>
std::optional<std::pair<std::string_view, std::string_view>> split_pair(
    std::string_view value, const std::string_view (&signs)[n]) {
  for (const std::string_view sign : signs) {
    const std::size_t at = value.find(sign);
    if (at == std::string_view::npos) continue;
    return std::pair(trim(value.substr(0, at)), trim(value.substr(at + sign.size())));
  }
  return std::nullopt;
}

/// "2.39" in thousandths; nothing for other texts and for more than kMaxSidePx.
std::optional<std::uint32_t> read_thousandths(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = parse_unsigned(text.substr(0, point), kMaxSidePx);
  if (!whole) return std::nullopt;
  std::uint64_t value = *whole * 1000;
  if (point < text.size()) {
    const std::string_view decimals = text.substr(point + 1);
    const auto part = parse_unsigned(decimals, 999);
    if (!part || decimals.size() > 3) return std::nullopt;
    value += *part * (decimals.size() == 1 ? 100 : decimals.size() == 2 ? 10 : 1);
  }
  return static_cast<std::uint32_t>(value);
}

std::optional<Ratio> read_ratio_text(std::string_view value) {
  value = trim(value);
  for (const Shape& shape : kShapes) {
    if (equals_ignoring_case(value, shape.word)) return shape.ratio;
  }
  const auto pair = split_pair(value, kRatioSigns);
  if (!pair) return std::nullopt;
  const auto width = read_thousandths(pair->first);
  const auto height = read_thousandths(pair->second);
  if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
  const std::uint32_t divisor = std::gcd(*width, *height);
  constexpr std::uint32_t kMost = 65535;
  return Ratio{std::min(*width / divisor, kMost), std::min(*height / divisor, kMost)};
}

}  // namespace

std::optional<ImageSize> read_size_field(std::string_view value) {
  const auto pair = split_pair(trim(value), kSizeSigns);
  if (!pair) return std::nullopt;
  const auto width = parse_unsigned(pair->first, kMaxSidePx);
  const auto height = parse_unsigned(pair->second, kMaxSidePx);
  if (!width || !height || *width < kMinSidePx || *height < kMinSidePx) return std::nullopt;
  return ImageSize{static_cast<std::uint32_t>(*width), static_cast<std::uint32_t>(*height)};
}

std::optional<ImageSize> read_aspect_ratio_field(std::string_view value, const RatioTable& table) {
  const auto ratio = read_ratio_text(value);
  if (!ratio) return std::nullopt;
  return table.size_for(*ratio);
}

std::optional<ImageSize> read_size_or_ratio(std::string_view value, const RatioTable& table) {
  const std::optional<ImageSize> size = read_size_field(value);
  return size ? size : read_aspect_ratio_field(value, table);
}

std::optional<ImageSize> read_size_fields(const PictureFields& fields, const RatioTable& table) {
  for (const std::string& field : {fields.size, fields.image_size, fields.aspect_ratio}) {
    if (const auto size = read_size_or_ratio(field, table)) return size;
  }
  return std::nullopt;
}

bool is_size_or_ratio(std::string_view size) {
  return size.empty() || size == "auto" || read_size_field(size) || read_ratio_text(size);
}

}  // namespace fluxgate
