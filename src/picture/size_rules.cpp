#include "picture/size_rules.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// Sides that are chosen here are multiples of it at least.
constexpr std::uint32_t kChosenStepPx = 16;

/// How far two numbers are apart, as a fraction of at least 1.
struct Distance {
  std::uint64_t larger;
  std::uint64_t smaller;
};

Distance distance(std::uint64_t a, std::uint64_t b) {
  return {std::max(a, b), std::min(a, b)};
}

bool is_less(const Distance& a, const Distance& b) {
  return a.larger * b.smaller < b.larger * a.smaller;
}

/// "19.5" as 195.
std::uint32_t tenths(std::string_view number) {
  constexpr std::uint64_t kMost = 1000;
  const std::size_t point = number.find('.');
  std::uint64_t value = parse_unsigned(number.substr(0, point), kMost).value_or(0) * 10;
  if (point != std::string_view::npos) {
    value += parse_unsigned(number.substr(point + 1), 9).value_or(0);
  }
  return static_cast<std::uint32_t>(value);
}

/// The wish for "19.5:9".
SizeWish wish_for_ratio(std::string_view ratio, std::uint32_t pixels) {
  const std::size_t colon = ratio.find(':');
  return {tenths(ratio.substr(0, colon)), tenths(ratio.substr(colon + 1)), pixels};
}

Distance ratio_distance(const SizeWish& a, const SizeWish& b) {
  return distance(std::uint64_t{a.width} * b.height, std::uint64_t{b.width} * a.height);
}

/// The nearest of the sizes that it is shown: by ratio, then by area; of equally near ones the
/// first.
class Nearest {
 public:
  explicit Nearest(const SizeWish& wish) : wish_(wish) {}

  void consider(ImageSize size) {
    const Distance ratio = ratio_distance(wish_for(size), wish_);
    const Distance area = distance(size.width_px * size.height_px, wish_.pixels);
    if (found_) {
      const bool further = is_less(ratio_, ratio);
      const bool nearer = is_less(ratio, ratio_);
      if (further || (!nearer && !is_less(area, area_))) return;
    }
    found_ = size;
    ratio_ = ratio;
    area_ = area;
  }
  const std::optional<ImageSize>& found() const { return found_; }

 private:
  SizeWish wish_;
  std::optional<ImageSize> found_;
  Distance ratio_{};
  Distance area_{};
};

/// The largest area that is as good as the wished one, and the least.
struct Window {
  std::uint64_t least;
  std::uint64_t most;
};

/// The nearest size by the numbers of the rules, with an area within the window.
std::optional<ImageSize> nearest_by_numbers(const SizeRules& rules, const SizeWish& wish,
                                            const Window& window) {
  const std::uint32_t step = std::max(rules.step_px, kChosenStepPx);
  const auto round_up = [step](std::uint32_t px) { return (px + step - 1) / step * step; };
  Nearest nearest(wish);
  for (std::uint32_t height = round_up(rules.min_side_px); height <= rules.max_side_px;
       height += step) {
    const std::uint32_t least =
        round_up(std::max(rules.min_side_px, (height + rules.max_ratio - 1) / rules.max_ratio));
    const std::uint32_t most = std::min(rules.max_side_px, height * rules.max_ratio) / step * step;
    if (least > most) continue;
    const std::uint64_t exact = std::uint64_t{height} * wish.width / wish.height;
    const std::uint64_t below = exact / step * step;
    for (const std::uint64_t wished : {below, below + step}) {
      const auto width = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(wished, least, most));
      const std::uint64_t pixels = std::uint64_t{width} * height;
      if (pixels < std::max<std::uint64_t>(window.least, rules.min_pixels)) continue;
      if (pixels > std::min<std::uint64_t>(window.most, rules.max_pixels)) continue;
      nearest.consider({width, height});
    }
  }
  return nearest.found();
}

/// The areas that the model takes of the wished shape.
Window areas_of_shape(const SizeRules& rules, const SizeWish& wish) {
  const std::uint64_t shorter = std::min(wish.width, wish.height);
  const std::uint64_t longer = std::max(wish.width, wish.height);
  const std::uint64_t ratio_top = std::min(longer, shorter * rules.max_ratio);
  const std::uint64_t least = std::uint64_t{rules.min_side_px} * rules.min_side_px;
  const std::uint64_t most = std::uint64_t{rules.max_side_px} * rules.max_side_px;
  return {std::max<std::uint64_t>(rules.min_pixels, least * ratio_top / shorter),
          std::min<std::uint64_t>(rules.max_pixels, most * shorter / ratio_top)};
}

ImageSize nearest_of_list(std::string_view sizes, const SizeWish& wish) {
  Nearest nearest(wish);
  for (const std::string_view text : split_list(sizes, ' ')) {
    if (const auto size = parse_size_text(text)) nearest.consider(*size);
  }
  return nearest.found().value_or(kSquare);
}

}  // namespace

bool takes(const SizeRules& rules, ImageSize size) {
  if (!rules.sizes.empty()) {
    for (const std::string_view text : split_list(rules.sizes, ' ')) {
      if (text == size_text(size)) return true;
    }
    return false;
  }
  const auto [least, most] = std::minmax(size.width_px, size.height_px);
  const std::uint64_t pixels = std::uint64_t{size.width_px} * size.height_px;
  return rules.ratios.empty() && least >= rules.min_side_px && most <= rules.max_side_px &&
         least % rules.step_px == 0 && most % rules.step_px == 0 &&
         most <= std::uint64_t{least} * rules.max_ratio && pixels >= rules.min_pixels &&
         pixels <= rules.max_pixels;
}

ImageSize nearest_size(const SizeRules& rules, const SizeWish& wish) {
  if (!rules.sizes.empty()) return nearest_of_list(rules.sizes, wish);
  if (!rules.ratios.empty()) {
    const ImageSize square = nearest_of_list(rules.tiers, {1, 1, wish.pixels});
    return nearest_size(
        {}, wish_for_ratio(nearest_ratio(wish, rules.ratios), square.width_px * square.height_px));
  }
  SizeWish near = wish;
  const Window areas = areas_of_shape(rules, wish);
  if (areas.least <= areas.most) {
    near.pixels =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(wish.pixels, areas.least, areas.most));
  }
  const Window window{std::uint64_t{near.pixels} * 3 / 4, std::uint64_t{near.pixels} * 8 / 5};
  std::optional<ImageSize> size = nearest_by_numbers(rules, near, window);
  if (!size) size = nearest_by_numbers(rules, near, {0, UINT64_MAX});
  return size.value_or(kSquare);
}

ImageSize nearest_size(const SizeRules& rules, ImageSize size) {
  return takes(rules, size) ? size : nearest_size(rules, wish_for(size));
}

std::string_view nearest_ratio(const SizeWish& wish, std::string_view ratios) {
  std::string_view nearest;
  Distance least{};
  for (const std::string_view ratio : split_list(ratios, ' ')) {
    const Distance found = ratio_distance(wish_for_ratio(ratio, 0), wish);
    if (!nearest.empty() && !is_less(found, least)) continue;
    nearest = ratio;
    least = found;
  }
  return nearest;
}

bool have_same_shape(ImageSize a, ImageSize b) {
  const Distance apart = ratio_distance(wish_for(a), wish_for(b));
  return apart.larger * 100 <= apart.smaller * 103;
}

}  // namespace fluxgate
