#include "gallery/references.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "gallery/admit.h"
#include "gallery/fetch.h"
#include "gallery/store.h"
#include "link/admission.h"
#include "link/image_link.h"
#include "picture/data_url.h"

namespace fluxgate {
namespace {

Error invalid_image(const char* message, std::string detail = {}) {
  return Error(ErrorCode::invalid_image, message, std::move(detail));
}

/// What kept us from a picture, told to the client whose picture it is.
Error told(const Error& error) {
  if (error.code == ErrorCode::client_closed || error.code == ErrorCode::too_many_calls)
    return error;
  return invalid_image("The picture's address does not give a picture.", error.detail);
}

Result<Reference> look_at(const HeldBytes& bytes) {
  const auto type = sniff_image(bytes.start());
  if (!type) return invalid_image("A file is no picture: PNG, JPEG, WebP, GIF and AVIF are taken.");
  return Reference{*type, bytes.length_bytes()};
}

/// The path and the query of a URL at our own origin; nothing for any other URL.
std::optional<std::string_view> own_path(const Exchange& exchange, std::string_view url) {
  for (const std::string& origin : {exchange.public_origin(), std::string(exchange.url().origin)}) {
    if (!origin.empty() && url.starts_with(origin) && url.substr(origin.size()).starts_with('/')) {
      return url.substr(origin.size());
    }
  }
  return std::nullopt;
}

/// The key of a stored picture that a path of ours names; empty for any other path.
std::string_view stored_key(std::string_view path) {
  if (!path.starts_with(kStoredPicturePath)) return {};
  const std::string_view key = path.substr(kStoredPicturePath.size());
  return type_of_stored(key) ? key : std::string_view();
}

/// The URL behind a signed link of ours.
Result<std::string> signed_url(const Exchange& exchange, std::string_view path) {
  const SigningKeys* keys = exchange.instance().signing_keys();
  if (keys == nullptr || !path.starts_with(kImageProxyPath)) {
    return invalid_image("The picture's address is none of ours.");
  }
  const auto now_s = static_cast<std::uint64_t>(exchange.session().now_ms() / 1000);
  Result<SignedImage> link = verify_image_link(split_url(path).query, now_s, *keys);
  if (!link) return invalid_image("The link of the picture is not valid.", link.error().detail);
  return std::move(link->url);
}

Task<HeldBytes> hold_stored(const Exchange& exchange, std::string key) {
  UpstreamResponse stored = co_await ask_for_stored(exchange, Method::get, std::move(key));
  if (stored.status != 200) co_return invalid_image("The picture is not in the store any more.");
  co_return co_await hold("", std::move(stored.body), {kMaxFetchedReferenceBytes, kPictureIdleMs});
}

Task<HeldBytes> hold_url(const Exchange& exchange, std::string url, NamedBy named_by) {
  Result<std::string> admitted = admit_picture_url(exchange, url, named_by);
  if (!admitted) {
    co_return invalid_image("Pictures at this address are not fetched.", admitted.error().detail);
  }
  Result<FetchedPicture> fetched =
      co_await attempt(fetch_picture(exchange, *std::move(admitted), TypeFrom::bytes, named_by));
  if (!fetched) co_return told(fetched.error());
  if (fetched->is_all) co_return co_await hold(std::move(fetched->start));
  Result<HeldBytes> held =
      co_await attempt(hold(std::move(fetched->start), std::move(fetched->rest),
                            {kMaxFetchedReferenceBytes, kPictureIdleMs}));
  if (!held) co_return told(held.error());
  co_return *std::move(held);
}

Task<HeldBytes> hold_base64(std::string_view base64) {
  Base64Decoder decoder;
  std::string bytes;
  if (!decoder.push(base64, bytes) || !decoder.finish()) {
    co_return invalid_image("The base64 of a picture is damaged.");
  }
  co_return co_await hold(std::move(bytes));
}

/// Is the picture fetched from somewhere? If not, the source holds it.
bool is_address(std::string_view source) {
  return !is_data_url(source) && source.substr(0, kMaxImageUrlBytes).find("://") != kNowhere;
}

Task<HeldBytes> hold_source(const Exchange& exchange, std::string_view source) {
  if (const auto base64 = base64_of_data_url(source)) co_return co_await hold_base64(*base64);
  if (const auto path = own_path(exchange, source)) {
    const std::string_view key = stored_key(*path);
    if (!key.empty()) co_return co_await hold_stored(exchange, std::string(key));
    std::string url = co_await signed_url(exchange, *path);
    co_return co_await hold_url(exchange, std::move(url), NamedBy::backend);
  }
  if (is_address(source))
    co_return co_await hold_url(exchange, std::string(source), NamedBy::client);
  co_return co_await hold_base64(source);
}

/// The most bytes that the picture of `source` may have.
std::uint64_t most_bytes(std::string_view source) {
  return is_address(source) ? kMaxFetchedReferenceBytes : source.size() / 4 * 3 + 3;
}

Task<HeldBytes> hold_for(Exchange& exchange, References& references, std::string_view source) {
  co_await references.make_room(most_bytes(source));
  const std::uint32_t limit_ms = references.patience_ms(exchange.age_ms());
  co_return co_await with_deadline(hold_source(exchange, source), limit_ms, [] {
    return invalid_image("The picture did not arrive in time.");
  });
}

}  // namespace

Result<void> References::add(HeldBytes bytes) {
  if (pictures_.size() == kMaxReferences) {
    return invalid_image("A request may give sixteen pictures at most.");
  }
  Result<Reference> picture = look_at(bytes);
  if (!picture) return std::move(picture).error();
  pictures_.push_back(*picture);
  bytes_.push_back(std::move(bytes));
  return {};
}

Result<void> References::set_mask(HeldBytes bytes) {
  Result<Reference> mask = look_at(bytes);
  if (!mask) return std::move(mask).error().at("mask");
  mask_ = *mask;
  mask_bytes_ = std::move(bytes);
  return {};
}

Result<void> References::make_room(std::uint64_t more_bytes) {
  return share_.resize(held_bytes() + more_bytes);
}

std::uint32_t References::patience_ms(std::int64_t age_ms) {
  if (!begun_ms_) begun_ms_ = age_ms;
  const std::int64_t left_ms = *begun_ms_ + kReferencesMs - age_ms;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left_ms, 0, kPictureStoredMs));
}

std::uint64_t References::held_bytes() const {
  std::uint64_t sum = mask_ ? mask_->length_bytes : 0;
  for (const Reference& picture : pictures_) sum += picture.length_bytes;
  return sum;
}

Task<> add_reference(Exchange& exchange, References& references, std::string_view source) {
  HeldBytes bytes = co_await hold_for(exchange, references, source);
  co_await references.add(std::move(bytes));
  references.settle();
}

Task<> add_mask(Exchange& exchange, References& references, std::string_view source) {
  HeldBytes bytes = co_await hold_for(exchange, references, source);
  co_await references.set_mask(std::move(bytes));
  references.settle();
}

bool is_own_link(const Exchange& exchange, std::string_view url) {
  const auto path = own_path(exchange, url);
  return path && (!stored_key(*path).empty() || signed_url(exchange, *path));
}

}  // namespace fluxgate
