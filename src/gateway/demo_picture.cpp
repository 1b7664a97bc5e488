#include "gateway/demo_picture.h"

#include <optional>

#include "base/ascii.h"
#include "base/utf8.h"
#include "demo/test_card.h"
#include "gateway/picture_response.h"
#include "link/percent.h"

namespace fluxgate {
namespace {

/// More words than the card can show; keeps the link short.
constexpr std::size_t kMaxDemoPromptBytes = 300;

std::string size_text(ImageSize size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

std::optional<ImageSize> configured_size(const Config& config, std::string_view text) {
  if (text == size_text(kDefaultImageSize)) return kDefaultImageSize;
  for (const RatioSize& ratio : config.ratios.ratios()) {
    if (text == size_text(ratio.size)) return ratio.size;
  }
  return std::nullopt;
}

}  // namespace

std::string demo_picture_link(std::string_view base_url, std::string_view prompt, ImageSize size) {
  std::string link(base_url);
  link += kDemoPicturePath;
  link += "?size=" + size_text(size);
  link += "&prompt=" + percent_encode(utf8_prefix(prompt, kMaxDemoPromptBytes));
  return link;
}

Task<> show_demo_picture(Gateway& gateway, Exchange& exchange) {
  const std::string_view query = exchange.url().query;
  const auto size = configured_size(gateway.config(), query_parameter(query, "size"));
  if (!gateway.has_demo() || !size) {
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
