#include "gallery/publish.h"

#include <utility>

#include "base/base64.h"
#include "base/utf8.h"
#include "exchange/blot_out.h"
#include "exchange/patience.h"
#include "gallery/admit.h"
#include "gallery/store.h"
#include "link/admission.h"
#include "link/image_link.h"
#include "log/log_line.h"
#include "picture/data_url.h"
#include "picture/file_type.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

constexpr std::size_t kMaxLoggedHostBytes = 100;

/// The picture inside the link itself, with the capacity for what Markdown puts around it. One that
/// needs most of its room stays where its bytes were.
Result<std::string> data_url(std::string bytes) {
  const auto type = sniff_image(bytes);
  if (!type) return no_picture_error();
  if (bytes.size() > kMaxDataUrlBytes) return too_large_picture_error();
  std::string url = std::move(bytes);
  const std::string head = data_url_head(*type);
  url.insert(0, head);
  base64_encode_behind(url, head.size());
  if (url.capacity() >= kPictureRoomBytes && url.size() > kPictureRoomBytes / 2) return url;
  std::string tight;
  tight.reserve(url.size() + kPictureMarkdownBytes);
  tight += url;
  return tight;
}

Result<std::string> signed_link(const Exchange& exchange, const std::string& url) {
  // Some backends put the key into their links.
  if (holds_secret(url, exchange.config())) {
    return Error(ErrorCode::upstream_bad_url,
                 "The picture's address holds a secret and cannot be shown.", "secret in the URL");
  }
  const SigningKeys* keys = exchange.instance().signing_keys();
  if (keys == nullptr) return url;  // We cannot vouch for it: the client gets it as it is.
  const auto now_s = static_cast<std::uint64_t>(exchange.session().now_ms() / 1000);
  return image_link(exchange.public_origin(), url, now_s + kLinkLifeSeconds, *keys);
}

/// The picture's path in the store; empty when copying has failed, and the log says why.
Task<std::string> try_to_store(Exchange& exchange, Task<std::string> storing) {
  Result<std::string> path =
      co_await attempt(with_deadline(std::move(storing), kPictureStoredMs, [] {
        return Error(ErrorCode::upstream_timeout, "The picture could not be stored in time.");
      }));
  if (path) co_return *std::move(path);
  LogLine line("store_failed");
  line.word("rid", exchange.id())
      .word("code", error_code_name(path.error().code))
      .remark("detail", path.error().detail);
  exchange.session().log(line.finish());
  co_return std::string();
}

/// Copies what a picture is into the store, where there is one: then it is there, and has a link.
Task<> store_if_possible(Exchange& exchange, Picture& picture, std::uint32_t place) {
  if (!exchange.config().stores_pictures || picture.form == PictureForm::path) co_return;
  Task<std::string> storing = picture.form == PictureForm::url
                                  ? store_picture(exchange, place, picture.text)
                                  : store_picture_bytes(exchange, place, picture.text);
  std::string path = co_await try_to_store(exchange, std::move(storing));
  if (!path.empty()) picture = {PictureForm::path, std::move(path)};
}

/// The URL as it may be shown and fetched. The error's detail, for the log, names the rule that
/// refuses it in words, and the host.
Result<std::string> admitted(const Exchange& exchange, std::string_view url) {
  Result<std::string> canonical = admit_picture_url(exchange, url);
  if (canonical) return canonical;
  Error error = std::move(canonical).error();
  error.detail = std::string(rule_in_words(error.detail));
  std::string_view host = split_url(url).authority;
  host.remove_prefix(host.rfind('@') + 1);  // What stands before it may be a password.
  error.detail.append(": ").append(utf8_prefix(host, kMaxLoggedHostBytes));
  return error;
}

/// What a client can show of the picture.
Result<std::string> link_of(const Exchange& exchange, Picture& picture) {
  if (picture.form == PictureForm::path) return exchange.public_origin() + picture.text;
  if (picture.form == PictureForm::url) return signed_link(exchange, picture.text);
  return data_url(std::move(picture.text));
}

/// A link beside the picture's bytes: none that holds them, or a secret.
std::string link_beside(const Exchange& exchange, Picture& picture) {
  if (!picture.link.empty()) return exchange.public_origin() + picture.link;
  if (picture.form == PictureForm::bytes) return {};
  Result<std::string> link = link_of(exchange, picture);
  return link ? *std::move(link) : std::string();
}

}  // namespace

Task<> publish_picture(Exchange& exchange, Picture& picture, std::uint32_t place,
                       Delivery delivery) {
  if (picture.form == PictureForm::url) {
    picture.text = co_await admitted(exchange, picture.text);
  } else if (picture.form == PictureForm::bytes && !sniff_image(picture.text)) {
    co_await no_picture_error();
  }
  // The repeats of an answer that is recorded get its pictures from the store, and so do those who
  // want a picture again.
  const bool comes_again = exchange.recording() != nullptr || exchange.account().cache_s > 0;
  const bool is_kept = comes_again && exchange.config().stores_pictures;
  if (delivery == Delivery::bytes && !is_kept) co_return;
  co_await store_if_possible(exchange, picture, place);
  if (delivery != Delivery::link) {
    picture.link = link_beside(exchange, picture);
  } else {
    picture.text = co_await link_of(exchange, picture);
    picture.form = PictureForm::link;
  }
}

}  // namespace fluxgate
