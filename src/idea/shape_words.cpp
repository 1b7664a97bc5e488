#include "idea/shape_words.h"

#include <algorithm>

#include "base/ascii.h"
#include "idea/characters.h"
#include "idea/cut.h"
#include "idea/quotations.h"
#include "idea/ratio_introducer.h"

namespace fluxgate {
namespace {

constexpr Ratio kSquareRatio{1, 1};

struct ShapeWord {
  std::string_view text;
  Ratio ratio;
};

/// They need one of kFormats behind them, or a place of their own at the end.
constexpr ShapeWord kShapes[] = {
    {"portrait", kPortrait},    {"vertical", kPortrait},  {"landscape", kLandscape},
    {"horizontal", kLandscape}, {"square", kSquareRatio},
};
constexpr std::string_view kFormats[] = {"format", "orientation", "mode", "aspect ratio", "aspect"};

constexpr ShapeWord kPhrases[] = {
    {"hochformat", kPortrait},
    {"querformat", kLandscape},
    {"quadratischen format", kSquareRatio},
    {"quadratischem format", kSquareRatio},
    {"format portrait", kPortrait},
    {"format paysage", kLandscape},
    {"format carré", kSquareRatio},
    {"mode portrait", kPortrait},
    {"mode paysage", kLandscape},
    {"formato verticale", kPortrait},
    {"formato vertical", kPortrait},
    {"formato orizzontale", kLandscape},
    {"formato horizontal", kLandscape},
    {"formato cuadrado", kSquareRatio},
    {"formato quadrado", kSquareRatio},
    {"formato quadrato", kSquareRatio},
    {"formato retrato", kPortrait},
    {"formato paisagem", kLandscape},
};

constexpr ShapeWord kWordsWithoutSpaces[] = {
    {"竖版", kPortrait},          {"豎版", kPortrait},          {"竖屏", kPortrait},
    {"豎屏", kPortrait},          {"竖构图", kPortrait},        {"竖图", kPortrait},
    {"竖幅", kPortrait},          {"直幅", kPortrait},          {"縦長", kPortrait},
    {"縦向き", kPortrait},        {"縦構図", kPortrait},        {"세로형", kPortrait},
    {"横版", kLandscape},         {"橫版", kLandscape},         {"横屏", kLandscape},
    {"橫屏", kLandscape},         {"横构图", kLandscape},       {"横图", kLandscape},
    {"横長", kLandscape},         {"横向き", kLandscape},       {"横構図", kLandscape},
    {"가로형", kLandscape},       {"方图", kSquareRatio},       {"方形构图", kSquareRatio},
    {"正方形构图", kSquareRatio}, {"正方形構図", kSquareRatio}, {"정사각형", kSquareRatio},
};
/// What belongs to such a word, and what it may stand before.
constexpr std::string_view kFormatsWithoutSpaces[] = {"构图", "画面", "画幅",
                                                      "格式", "比例", "模式"};
constexpr std::string_view kPicturesWithoutSpaces[] = {
    "海报", "海報", "照片", "壁纸", "壁紙", "插画", "插畫", "封面", "图", "圖", "写真"};

template <std::size_t n>
std::size_t length_at(std::string_view text, std::size_t at, const std::string_view (&words)[n]) {
  for (const std::string_view word : words) {
    if (starts_with_ignoring_case(text.substr(at), word)) return word.size();
  }
  return 0;
}

bool is_word_at(std::string_view text, std::size_t at, std::string_view word) {
  const std::size_t end = at + word.size();
  return starts_with_ignoring_case(text.substr(at), word) &&
         (end == text.size() || !is_alnum(text[end]));
}

/// The end of "format" or the like behind the shape that ends at `end`; `end` when there is none.
std::size_t format_end(std::string_view idea, std::size_t end) {
  std::size_t at = skip_blanks(idea, end);
  if (at == end && starts_with_at(idea, at, "-")) ++at;
  if (at == end) return end;
  for (const std::string_view format : kFormats) {
    if (is_word_at(idea, at, format)) return at + format.size();
  }
  return end;
}

/// Does a separator stand before the words at `begin`? At the start of the idea none does.
bool separator_stands_before(std::string_view idea, std::size_t begin) {
  const std::size_t end = skip_white_space_back(idea, begin);
  if (end < begin && is_line_break(code_point_at(idea, end).value)) return end > 0;
  constexpr std::u32string_view kSeparators = U",;.|(—，；、。（";
  const char32_t last = code_point_before(idea, end).value;
  if (last == '-') return end < begin;
  return end > 0 && kSeparators.find(last) != std::u32string_view::npos;
}

/// Does nothing but punctuation follow?
bool is_last(std::string_view idea, std::size_t end) {
  for (end = skip_white_space(idea, end); end < idea.size();) {
    constexpr std::u32string_view kEnds = U".!)。！）";
    const CodePoint next = code_point_at(idea, end);
    if (kEnds.find(next.value) == std::u32string_view::npos) return false;
    end = skip_white_space(idea, end + next.length_bytes);
  }
  return true;
}

std::optional<ShapeOrder> order_of_words(std::string_view idea, std::size_t at) {
  for (const ShapeWord& phrase : kPhrases) {
    const std::size_t end = at + phrase.text.size();
    if (is_word_at(idea, at, phrase.text) && phrase_ends_at(idea, end)) {
      return ShapeOrder{phrase.ratio, {ratio_words_begin(idea, at), end}};
    }
  }
  for (const ShapeWord& shape : kShapes) {
    if (!is_word_at(idea, at, shape.text)) continue;
    const std::size_t shape_end = at + shape.text.size();
    const std::size_t end = format_end(idea, shape_end);
    const std::size_t begin = ratio_words_begin(idea, at);
    const bool has_format = end > shape_end && phrase_ends_at(idea, end);
    const bool is_behind_in =
        begin < at && is_word_at(idea, begin, "in") && skip_blanks(idea, begin + 2) == at;
    const bool stands_alone = separator_stands_before(idea, at) || is_behind_in;
    if (has_format) return ShapeOrder{shape.ratio, {begin, end}};
    if (stands_alone && is_last(idea, shape_end)) {
      return ShapeOrder{shape.ratio, {is_behind_in ? begin : at, shape_end}};
    }
  }
  return std::nullopt;
}

std::optional<ShapeOrder> order_without_spaces(std::string_view idea, std::size_t at) {
  for (const ShapeWord& word : kWordsWithoutSpaces) {
    if (!starts_with_at(idea, at, word.text)) continue;
    std::size_t end = at + word.text.size();
    end += length_at(idea, end, kFormatsWithoutSpaces);
    if (phrase_ends_at(idea, end)) return ShapeOrder{word.ratio, {at, end}};
    if (starts_with_at(idea, end, "的")) end += std::string_view("的").size();
    if (length_at(idea, end, kPicturesWithoutSpaces) > 0) return ShapeOrder{word.ratio, {at, end}};
  }
  return std::nullopt;
}

/// Can one of the words begin at `at`? No at nearly all places.
bool can_begin(std::string_view idea, std::size_t at) {
  const char first = to_lower(idea[at]);
  if ((first & 0x80) != 0) return (first & 0x40) != 0;
  if (std::string_view("fhlmpqsv").find(first) == std::string_view::npos) return false;
  return at == 0 || !is_alnum(idea[at - 1]);
}

/// The quoted parts, addresses and code of an idea; found when they are asked for.
class NoOrders {
 public:
  explicit NoOrders(std::string_view idea) : idea_(idea) {}

  bool hold(std::size_t at) {
    if (!spans_) {
      spans_ = find_protected_spans(idea_);
      const std::vector<Span> quotations = find_quotations(idea_);
      spans_->insert(spans_->end(), quotations.begin(), quotations.end());
    }
    return std::any_of(spans_->begin(), spans_->end(),
                       [at](const Span& span) { return span.begin <= at && at < span.end; });
  }

 private:
  std::string_view idea_;
  std::optional<std::vector<Span>> spans_;
};

}  // namespace

std::optional<ShapeOrder> find_shape_order(std::string_view idea) {
  NoOrders no_orders(idea);
  for (std::size_t at = 0; at < idea.size(); ++at) {
    if (!can_begin(idea, at)) continue;
    const bool is_ascii = (idea[at] & 0x80) == 0;
    const auto order = is_ascii ? order_of_words(idea, at) : order_without_spaces(idea, at);
    if (order && !no_orders.hold(at)) return order;
  }
  return std::nullopt;
}

}  // namespace fluxgate
