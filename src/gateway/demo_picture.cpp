#include "gateway/demo_picture.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "demo/test_card.h"
#include "gateway/picture_response.h"
#include "idea/size_fields.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

/// Drawing takes time, and anybody may ask for it: a third more than the largest of the usual
/// sizes.
constexpr std::uint32_t kMaxDemoPixels = 1536 * 1024;
/// More words than the card can show; keeps the link short.
constexpr std::size_t kMaxDemoPromptBytes = 300;

bool is_drawable(ImageSize size) {
  return size.width_px <= kMaxTestCardSide && size.height_px <= kMaxTestCardSide &&
         size.width_px * size.height_px <= kMaxDemoPixels;
}

/// The same shape, small enough to be drawn.
ImageSize drawable(ImageSize size) {
  while (!is_drawable(size)) {
    size = {std::max(size.width_px / 2, kMinSidePx), std::max(size.height_px / 2, kMinSidePx)};
  }
  return size;
}

}  // namespace

std::string demo_picture_link(std::string_view base_url, std::string_view prompt, ImageSize size) {
  std::string link(base_url);
  link += kDemoPicturePath;
  link += "?size=" + size_text(drawable(size));
  link += "&prompt=" + percent_encode(utf8_prefix(prompt, kMaxDemoPromptBytes));
  return link;
}

Task<> show_demo_picture(Exchange& exchange) {
  const std::string_view query = exchange.url().query;
  const auto size = read_size_field(query_parameter(query, "size"));
  if (!exchange.instance().has_demo() || !size || !is_drawable(*size)) {
    co_await Error(ErrorCode::path_not_found, "There is no demo picture at this address.");
  }
  TestCard card;
  card.width_px = size->width_px;
  card.height_px = size->height_px;
  card.prompt = utf8_prefix(query_parameter(query, "prompt"), kMaxDemoPromptBytes);
  Response response = picture_response(ImageType::png, "public, max-age=31536000, immutable");
  response.body = draw_test_card(card);
  co_await exchange.respond(std::move(response));
}

}  // namespace fluxgate
