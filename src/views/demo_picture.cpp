#include "views/demo_picture.h"

#include "gallery/picture_head.h"

namespace fluxgate {

Task<> show_demo_picture(Exchange& exchange) {
  const std::string_view query = exchange.url().query;
  const auto card = card_at_address(query_parameter(query, "size"), query_parameter(query, "seed"),
                                    query_parameter(query, "prompt"));
  if (!card || !exchange.instance().speaks("demo")) {
    co_await Error(ErrorCode::path_not_found, "There is no demo picture at this address.");
  }
  Response response = picture_response(ImageType::png, "public, max-age=31536000, immutable");
  response.body = draw_test_card(*card);
  co_await exchange.respond(std::move(response));
}

}  // namespace fluxgate
