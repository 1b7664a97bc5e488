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
/// 132 bits of base64url.
constexpr std::size_t kIdCharacters = 22;
constexpr std::string_view kIdAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr ImageType kTypes[] = {ImageType::png, ImageType::jpeg, ImageType::gif, ImageType::webp,
                                ImageType::avif};

/// A new picture's key. The request's id stands in answers and logs, so the picture's is made of it
/// with a secret: where none is configured, of this request.
std::string new_key(Exchange& exchange, ImageType type) {
  const std::string name =
      "fluxgate-picture-v1\n" + exchange.id() + "\n" + std::to_string(exchange.next_number());
  const SigningKeys* keys = exchange.instance().signing_keys();
  const std::string signature =
      keys != nullptr ? keys->sign(name)
                      : base64url_encode(bytes_of(hmac_sha256(exchange.secret(), name)));
  std::string key = signature.substr(0, kIdCharacters);
  return key.append(".").append(file_extension(type));
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

std::optional<ImageType> type_of_stored(std::string_view key) {
  if (key.find_first_not_of(kIdAlphabet) != kIdCharacters || key[kIdCharacters] != '.') return {};
  for (const ImageType type : kTypes) {
    if (key.substr(kIdCharacters + 1) == file_extension(type)) return type;
  }
  return {};
}

Request stored_request(Method method, std::string_view key) {
  Request request;
  request.method = method;
  request.url.append(kStore).append(key);
  return request;
}

Task<std::string> store_picture(Exchange& exchange, std::string url) {
  FetchedPicture picture = co_await fetch_picture(exchange, std::move(url));
  const std::string key = new_key(exchange, picture.type);
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

Task<std::string> store_picture_bytes(Exchange& exchange, std::string bytes) {
  const auto type = sniff_image(bytes);
  if (!type) {
    co_return no_picture_error();
  }
  const std::string key = new_key(exchange, *type);
  const UpstreamResponse stored = co_await fetch(put_request(key, *type, std::move(bytes)));
  if (stored.status != 200) co_return store_error(stored.status);
  co_return stored_path(key);
}

Task<> PictureUpload::begin(ImageType type) {
  key_ = new_key(exchange_, type);
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
