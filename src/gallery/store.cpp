#include "gallery/store.h"

#include <optional>
#include <utility>

#include "base/base64.h"
#include "base/percent.h"
#include "base/sha256.h"
#include "gallery/fetch.h"
#include "gallery/store_call.h"

namespace fluxgate {
namespace {

constexpr std::string_view kIdAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr ImageType kTypes[] = {ImageType::png, ImageType::jpeg, ImageType::gif, ImageType::webp,
                                ImageType::avif};

std::string key_of(std::string name, ImageType type) {
  return std::move(name).append(".").append(file_extension(type));
}

std::string stored_path(std::string_view key) {
  return std::string(kStoredPicturePath).append(key);
}

Error store_error(std::string detail) {
  return Error(ErrorCode::upstream_unreachable, "The picture could not be stored.",
               std::move(detail));
}

Request put_request(const Exchange& exchange, std::string_view key, ImageType type,
                    std::string bytes, bool has_rest) {
  return store_request(exchange, {.method = Method::put,
                                  .key = key,
                                  .type = type,
                                  .body = std::move(bytes),
                                  .has_rest = has_rest});
}

/// Not upstream_unreachable: a picture that was paid for must not be asked for again.
Error upload_error(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The picture could not be stored.",
               std::move(detail));
}

/// A step of an upload has failed before the store has answered, or while it did.
Error upload_error(const Error& error) {
  return upload_error("store " + std::string(error_code_name(error.code)));
}

/// A call of an upload that must go well: a large picture is kept in the store or nowhere.
Task<UpstreamResponse> upload_step(const Exchange& exchange, Task<UpstreamResponse> call) {
  Result<UpstreamResponse> answer = co_await attempt(std::move(call));
  if (!answer) co_return upload_error(answer.error());
  if (answer->status == 200) co_return answer;
  std::string complaint = co_await store_complaint(exchange, *std::move(answer));
  co_return upload_error(std::move(complaint));
}

/// Stores the rest of a picture, past the module's memory.
Task<UpstreamResponse> put_fetched(Exchange& exchange, std::string key, FetchedPicture picture) {
  ReadLimits limits = picture.limits();
  // The host must hold what it does not know the length of.
  if (!picture.length_bytes) limits.max_bytes = kPartBytes;
  if (!picture.length_bytes && !picture.is_all && store_wants_length(exchange)) {
    const Budget::Share share =
        co_await exchange.instance().load().held_bytes.take(kPartBytes + kSniffBytes);
    const HeldBytes held = co_await hold(std::move(picture.start), std::move(picture.rest), limits);
    co_return co_await put_held(exchange, std::move(key), picture.type, held);
  }
  Request request =
      put_request(exchange, key, picture.type, std::move(picture.start), !picture.is_all);
  if (picture.length_bytes) {
    request.headers.append("content-length", std::to_string(*picture.length_bytes));
  }
  if (picture.is_all) co_return co_await fetch(std::move(request));
  co_return co_await fetch(std::move(request), std::move(picture.rest), limits);
}

/// The path of the picture that the store has answered about.
Task<std::string> path_if_stored(const Exchange& exchange, std::string key,
                                 UpstreamResponse stored) {
  if (stored.status == 200) co_return stored_path(key);
  std::string complaint = co_await store_complaint(exchange, std::move(stored));
  co_return store_error(std::move(complaint));
}

}  // namespace

/// The request's id stands in answers and logs, so the picture's name is made of it with a secret:
/// where none is configured, of this request.
std::string picture_name(const Exchange& exchange, std::uint32_t place) {
  const std::string& first_name = exchange.account().picture_name;
  if (place == 0 && !first_name.empty()) return first_name;
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

std::string stored_key(const Exchange& exchange, const Picture& picture) {
  std::string_view path = picture.form == PictureForm::path || picture.form == PictureForm::link
                              ? picture.text
                              : picture.link;
  const std::string origin = exchange.public_origin();
  if (path.starts_with(origin)) path.remove_prefix(origin.size());
  if (!path.starts_with(kStoredPicturePath)) return {};
  return std::string(path.substr(kStoredPicturePath.size()));
}

Task<UpstreamResponse> ask_for_stored(const Exchange& exchange, Method method, std::string key) {
  return fetch(store_request(exchange, {.method = method, .key = key}),
               {.head_ms = kPictureHeadersMs, .late = [] {
                  return Error(ErrorCode::upstream_timeout, "The store did not answer in time.");
                }});
}

Task<std::string> find_stored(const Exchange& exchange, std::string name) {
  for (const ImageType type : kTypes) {
    const std::string key = key_of(name, type);
    const UpstreamResponse stored = co_await ask_for_stored(exchange, Method::head, key);
    if (stored.status == 200) co_return stored_path(key);
  }
  co_return std::string();
}

Task<> drop_stored(const Exchange& exchange, std::string key) {
  UpstreamResponse answer = co_await ask_for_stored(exchange, Method::del, std::move(key));
  if (answer.status == 200 || answer.status == 204 || answer.status == 404) co_return;
  std::string complaint = co_await store_complaint(exchange, std::move(answer));
  co_await Error(ErrorCode::upstream_bad_status, "The store did not remove the picture.",
                 std::move(complaint));
}

Task<std::string> store_picture(Exchange& exchange, std::uint32_t place, std::string url) {
  FetchedPicture picture = co_await fetch_picture(exchange, std::move(url));
  std::string key = key_of(picture_name(exchange, place), picture.type);
  UpstreamResponse stored = co_await put_fetched(exchange, key, std::move(picture));
  co_return co_await path_if_stored(exchange, std::move(key), std::move(stored));
}

Task<std::string> store_picture_bytes(Exchange& exchange, std::uint32_t place, std::string bytes) {
  const auto type = sniff_image(bytes);
  if (!type) {
    co_return no_picture_error();
  }
  std::string key = key_of(picture_name(exchange, place), *type);
  Request request = put_request(exchange, key, *type, std::move(bytes), false);
  UpstreamResponse stored = co_await fetch(std::move(request));
  co_return co_await path_if_stored(exchange, std::move(key), std::move(stored));
}

PictureUpload::~PictureUpload() {
  if (!id_.empty()) call_off_upload(exchange_, key_, upload_query());
}

Task<> PictureUpload::begin(ImageType type) {
  key_ = key_of(picture_name(exchange_, place_), type);
  Request request = store_request(
      exchange_, {.method = Method::post, .key = key_, .query = "uploads", .type = type});
  Result<UpstreamResponse> answer = co_await attempt(fetch(std::move(request)));
  if (!answer) co_await upload_error(answer.error());
  if (answer->status == kNoParts) {
    whole_ =
        std::make_unique<Whole>(Whole{type, exchange_.instance().load().held_bytes.take_nothing()});
    co_return;
  }
  if (answer->status != 200) {
    std::string complaint = co_await store_complaint(exchange_, *std::move(answer));
    co_await upload_error(std::move(complaint));
  }
  const Result<std::string> id = co_await attempt(read_upload_id(exchange_, *std::move(answer)));
  if (!id) co_await upload_error(id.error());
  if (id->empty()) co_await upload_error("the store gave no upload id");
  id_ = percent_encode(*id);
}

Task<> PictureUpload::add(std::string part) {
  stored_bytes_ += part.size();
  if (whole_) {
    const Result<void> kept = co_await attempt(keep(std::move(part)));
    if (!kept) co_await upload_error(kept.error());
    co_return;
  }
  const std::string query = upload_query() + "&partNumber=" + std::to_string(etags_.size() + 1);
  const UpstreamResponse answer =
      co_await upload_step(exchange_, call(Method::put, query, std::move(part)));
  etags_.emplace_back(answer.headers.find("etag").value_or(""));
}

/// Gives a part to the host.
Task<> PictureUpload::keep(std::string part) {
  co_await whole_->share.resize(stored_bytes_);
  if (whole_->bytes.length_bytes() > 0) {
    co_await hold_more(whole_->bytes, std::move(part), kMaxPictureBytes);
  } else {
    whole_->bytes = co_await hold(std::move(part));
  }
}

Task<std::string> PictureUpload::finish() {
  if (whole_) {
    co_await upload_step(exchange_, put_held(exchange_, key_, whole_->type, whole_->bytes));
    co_return stored_path(key_);
  }
  UpstreamResponse answer = co_await upload_step(
      exchange_, call(Method::post, upload_query(), completion_body(exchange_, etags_)));
  Result<std::string> complaint =
      co_await attempt(completion_complaint(exchange_, std::move(answer)));
  if (!complaint) co_await upload_error(complaint.error());
  if (!complaint->empty()) co_await upload_error(*std::move(complaint));
  id_.clear();
  co_return stored_path(key_);
}

Task<UpstreamResponse> PictureUpload::call(Method method, std::string_view query,
                                           std::string body) const {
  return fetch(store_request(
      exchange_, {.method = method, .key = key_, .query = query, .body = std::move(body)}));
}

std::string PictureUpload::upload_query() const {
  return "uploadId=" + id_;
}

}  // namespace fluxgate
