#include "views/stored_picture.h"

#include <string>
#include <utility>

#include "base/ascii.h"
#include "exchange/patience.h"
#include "gallery/picture_head.h"
#include "gallery/store_call.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

/// The call of the store for what our client asks: range and condition are the client's own.
Request get_request(const Exchange& exchange, std::string_view key) {
  Request request = store_request(exchange, {.method = exchange.method(), .key = key});
  for (const std::string_view name : {"range", "if-none-match"}) {
    if (const auto value = exchange.headers().find(name)) request.headers.append(name, *value);
  }
  return request;
}

/// The store's answer as ours, its body left out.
Response stored_response(const Config& config, ImageType type, const UpstreamResponse& stored) {
  // A host decodes what a server has coded against our wish: it has another length then.
  const bool is_coded = !equals_ignoring_case(
      stored.headers.find("content-encoding").value_or("identity"), "identity");
  const bool has_body = (stored.status == 200 || stored.status == 206) && !is_coded;
  Response response = picture_response(
      type, stored.status == 416 ? std::string("no-store")
                                 : "public, " + picture_max_age(config) + ", immutable");
  response.status = stored.status;
  response.headers.append("accept-ranges", "bytes");
  for (const std::string_view name : {"etag", "content-range", "content-length"}) {
    if (name == "content-length" && !has_body) continue;
    if (const auto value = stored.headers.find(name)) response.headers.append(name, *value);
  }
  return response;
}

Task<> pass_stored_picture_on(Exchange& exchange) {
  const Error gone(ErrorCode::image_gone, "This picture is not there.");
  const std::string_view key = exchange.url().path.substr(kStoredPicturePath.size());
  const auto type = type_of_stored(key);
  if (!type || !exchange.config().stores_pictures) co_await Error(gone);
  UpstreamResponse stored = co_await fetch(get_request(exchange, key));
  if (stored.status == 404) co_await Error(gone);
  if (stored.status != 200 && stored.status != 206 && stored.status != 304 &&
      stored.status != 416) {
    co_await Error(ErrorCode::upstream_bad_status, "The store did not give the picture.",
                   co_await store_complaint(exchange, std::move(stored)));
  }
  Response response = stored_response(exchange.config(), *type, stored);
  if (stored.status >= 300 || exchange.method() == Method::head) {
    co_await exchange.respond(std::move(response));
    co_return;
  }
  exchange.pass(std::move(response), std::move(stored.body));
}

}  // namespace

Task<> show_stored_picture(Exchange& exchange) {
  co_await with_deadline(pass_stored_picture_on(exchange), kPictureHeadersMs, [] {
    return Error(ErrorCode::upstream_timeout, "The picture did not arrive in time.");
  });
}

Task<> remove_stored_picture(Exchange& exchange) {
  if (!exchange.client().is_operator) {
    co_await Error(ErrorCode::forbidden, "Only a key of ADMIN_API_KEY can remove pictures.");
  }
  const std::string_view key = exchange.url().path.substr(kStoredPicturePath.size());
  if (!type_of_stored(key) || !exchange.config().stores_pictures) {
    co_await Error(ErrorCode::image_gone, "This picture is not there.");
  }
  co_await drop_stored(exchange, std::string(key));
  Response gone;
  gone.status = 204;
  co_await exchange.respond(std::move(gone));
}

}  // namespace fluxgate
