#include "gallery/store.h"

#include <optional>
#include <utility>

#include "base/base64.h"
#include "base/percent.h"
#include "base/sha256.h"
#include "gallery/fetch.h"

namespace fluxgate {
namespace {

constexpr std::string_view kStore = "binding://IMAGES/";
constexpr std::string_view kIdAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr ImageType kTypes[] = {ImageType::png, ImageType::jpeg, ImageType::gif, ImageType::webp,
                                ImageType::avif};

std::string key_of(std::string name, ImageType type) {
  return std::move(name).append(".").append(file_extension(type));
}

Request put_request(std::string_view key, ImageType type, std::string bytes) {
  Request request = stored_request(Method::put, key);
  request.headers.append("content-type", mime_type(type));
  request.body = std::move(bytes);
  return request;
}

std::string stored_path(std::string_view key) {
  return std::string(kStoredPicturePath).append(key);
}

Error store_error(int status) {
  return Error(ErrorCode::upstream_unreachable, "The picture could not be stored.",
               "store status " + std::to_string(status));
}

/// Not upstream_unreachable: a picture that was paid for must not be asked for again.
Error upload_error(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The picture could not be stored.",
               std::move(detail));
}

/// A call of an upload that must go well: a large picture is kept in the store or nowhere.
Task<UpstreamResponse> upload_step(Request request) {
  Result<UpstreamResponse> answer = co_await attempt(fetch(std::move(request)));
  if (!answer) co_return upload_error("store unreachable");
  if (answer->status != 200)
    co_return upload_error("store status " + std::to_string(answer->status));
  co_return answer;
}

}  // namespace

/// The request's id stands in answers and logs, so the picture's name is made of it with a secret:
/// where none is configured, of this request.
std::string picture_name(const Exchange& exchange, std::uint32_t place) {
  const std::string name = "fluxgate-picture-v1\n" + exchange.id() + "\n" + std::to_string(place);
  const SigningKeys* keys = exchange.instance().signing_keys();
  const std::string signature =
      keys != nullptr ? keys->sign(name)
                      : base64url_encode(bytes_of(hmac_sha256(exchange.secret(), name)));
  return signature.substr(0, kPictureNameCharacters);
}

bool is_picture_name(std::string_view text) {
  return text.size() == kPictureNameCharacters && text.find_first_not_of(kIdAlphabet) == text.npos;
}

std::optional<ImageType> type_of_stored(std::string_view key) {
  const std::size_t dot = key.find('.');
  if (dot == key.npos || !is_picture_name(key.substr(0, dot))) return {};
  for (const ImageType type : kTypes) {
    if (key.substr(dot + 1) == file_extension(type)) return type;
  }
  return {};
}

Request stored_request(Method method, std::string_view key) {
  Request request;
  request.method = method;
  request.url.append(kStore).append(key);
  return request;
}

Task<std::string> find_stored(std::string name) {
  for (const ImageType type : kTypes) {
    const std::string key = key_of(name, type);
    const UpstreamResponse stored = co_await fetch(stored_request(Method::head, key));
    if (stored.status == 200) co_return stored_path(key);
  }
  co_return std::string();
}

Task<std::string> store_picture(Exchange& exchange, std::uint32_t place, std::string url) {
  FetchedPicture picture = co_await fetch_picture(exchange, std::move(url));
  const std::string key = key_of(picture_name(exchange, place), picture.type);
  ReadLimits limits = picture.limits();
  // The host must hold what it does not know the length of.
  if (!picture.length_bytes) limits.max_bytes = kPartBytes;
  Request request = put_request(key, picture.type, std::move(picture.start));
  if (picture.length_bytes) {
    request.headers.append("content-length", std::to_string(*picture.length_bytes));
  }
  const UpstreamResponse stored =
      picture.is_all ? co_await fetch(std::move(request))
                     : co_await fetch(std::move(request), std::move(picture.rest), limits);
  if (stored.status != 200) co_return store_error(stored.status);
  co_return stored_path(key);
}

Task<std::string> store_picture_bytes(Exchange& exchange, std::uint32_t place, std::string bytes) {
  const auto type = sniff_image(bytes);
  if (!type) {
    co_return no_picture_error();
  }
  const std::string key = key_of(picture_name(exchange, place), *type);
  const UpstreamResponse stored = co_await fetch(put_request(key, *type, std::move(bytes)));
  if (stored.status != 200) co_return store_error(stored.status);
  co_return stored_path(key);
}

Task<> PictureUpload::begin(ImageType type) {
  key_ = key_of(picture_name(exchange_, place_), type);
  Request request = call(Method::post, "uploads");
  request.headers.append("content-type", mime_type(type));
  const UpstreamResponse answer = co_await upload_step(std::move(request));
  id_ = percent_encode(answer.headers.find("upload-id").value_or(""));
  if (id_.empty()) co_await upload_error("the store gave no upload-id");
}

Task<> PictureUpload::add(std::string part) {
  Request request =
      call(Method::put, "uploadId=" + id_ + "&partNumber=" + std::to_string(++part_count_));
  stored_bytes_ += part.size();
  request.body = std::move(part);
  const UpstreamResponse answer = co_await upload_step(std::move(request));
  etags_.append(answer.headers.find("etag").value_or("")).append("\n");
}

Task<std::string> PictureUpload::finish() {
  Request request = call(Method::post, "uploadId=" + id_);
  request.body = std::move(etags_);
  co_await upload_step(std::move(request));
  co_return stored_path(key_);
}

Request PictureUpload::call(Method method, std::string_view query) const {
  Request request = stored_request(method, key_);
  request.url.append("?").append(query);
  return request;
}

}  // namespace fluxgate
