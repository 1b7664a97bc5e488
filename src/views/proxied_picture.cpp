#include "views/proxied_picture.h"

#include <utility>

#include "gallery/admit.h"
#include "gallery/fetch.h"
#include "gallery/picture_head.h"

namespace fluxgate {
namespace {

/// The URL behind a link that is good now.
Result<SignedImage> check_link(const Exchange& exchange, std::uint64_t now_s) {
  const Error forbidden(ErrorCode::forbidden, "This image link is not valid.", "px_policy");
  if (exchange.instance().signing_keys() == nullptr) return forbidden;
  Result<SignedImage> link =
      verify_image_link(exchange.url().query, now_s, *exchange.instance().signing_keys());
  if (!link) return link;
  // The policy may have become stricter since it was signed.
  Result<std::string> url = admit_picture_url(exchange, link->url);
  if (!url) return forbidden;
  link->url = *std::move(url);
  return link;
}

Task<> pass_picture_on(Exchange& exchange) {
  const auto now_s = static_cast<std::uint64_t>(exchange.session().now_ms() / 1000);
  const SignedImage link = co_await check_link(exchange, now_s);
  // With nosniff, a sandbox and an image type of ours, a browser shows what is declared as a
  // picture or not at all: the platform may hand it on, and nobody here needs to see the bytes.
  FetchedPicture picture = co_await fetch_picture(exchange, link.url, TypeFrom::declaration);

  Response response = picture_response(
      picture.type,
      "public, max-age=" + std::to_string(link.expires_unix_s - now_s) + ", immutable");
  if (picture.length_bytes) {
    response.headers.append("content-length", std::to_string(*picture.length_bytes));
  }
  const ReadLimits limits = picture.limits();
  response.body = std::move(picture.start);
  if (exchange.method() == Method::head) {
    co_await exchange.respond(std::move(response));
    co_return;
  }
  if (response.body.empty()) {
    exchange.pass(std::move(response), std::move(picture.rest));
    co_return;
  }
  co_await exchange.begin(std::move(response));
  if (!picture.is_all) co_await pipe(std::move(picture.rest), limits);
  exchange.end();
}

}  // namespace

Task<> show_image(Exchange& exchange) {
  co_await with_deadline(pass_picture_on(exchange), kPictureTotalMs, [] {
    return Error(ErrorCode::upstream_timeout, "The picture did not arrive in time.", "px_timeout");
  });
}

}  // namespace fluxgate
