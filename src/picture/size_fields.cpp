#include "picture/size_fields.h"

#include <cstdint>

#include "base/ascii.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

constexpr std::string_view kSizeSigns[] = {"x", "X", "*", "×"};
constexpr std::string_view kPlainRatioSigns[] = {":", "/", "：", "∶"};
constexpr std::string_view kRatioSigns[] = {":", "/", "x", "X", "：", "∶"};

struct Pair {
  std::uint32_t first;
  std::uint32_t second;
};

/// Reads two numbers of at most kMaxSidePx with one of `signs` between them.
template <std::size_t n>
std::optional<Pair> read_pair(std::string_view value, const std::string_view (&signs)[n]) {
  value = trim(value);
  for (const std::string_view sign : signs) {
    const std::size_t at = value.find(sign);
    if (at == std::string_view::npos) continue;
    const auto first = parse_unsigned(trim(value.substr(0, at)), kMaxSidePx);
    const auto second = parse_unsigned(trim(value.substr(at + sign.size())), kMaxSidePx);
    if (!first || !second) return std::nullopt;
    return Pair{static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*second)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> read_size_field(std::string_view value) {
  const auto pair = read_pair(value, kSizeSigns);
  if (!pair || pair->first < kMinSidePx || pair->second < kMinSidePx) return std::nullopt;
  return ImageSize{pair->first, pair->second};
}

std::optional<ImageSize> read_aspect_ratio_field(std::string_view value, const RatioTable& table) {
  const auto pair = read_pair(value, kRatioSigns);
  const RatioSize* entry = pair ? table.find(pair->first, pair->second) : nullptr;
  if (entry == nullptr) return std::nullopt;
  return entry->size;
}

std::optional<ImageSize> read_size_fields(const PictureFields& fields, const RatioTable& table) {
  std::optional<ImageSize> size = read_size_field(fields.size);
  if (!size) size = read_aspect_ratio_field(fields.size, table);
  if (!size) size = read_aspect_ratio_field(fields.aspect_ratio, table);
  return size;
}

bool is_size_or_ratio(std::string_view size) {
  if (size.empty() || size == "auto" || read_size_field(size)) return true;
  const auto ratio = read_pair(size, kPlainRatioSigns);
  return ratio && ratio->first > 0 && ratio->second > 0;
}

}  // namespace fluxgate
