#include "gallery/publish.h"

#include <utility>

#include "base/base64.h"
#include "base/utf8.h"
#include "exchange/blot_out.h"
#include "exchange/log_line.h"
#include "exchange/patience.h"
#include "gallery/admit.h"
#include "gallery/store.h"
#include "link/admission.h"
#include "link/image_link.h"
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

/// The link into the store; empty when copying has failed, and the log says why.
Task<std::string> try_to_store(Exchange& exchange, Task<std::string> storing) {
  Result<std::string> path =
      co_await attempt(with_deadline(std::move(storing), kPictureStoredMs, [] {
        return Error(ErrorCode::upstream_timeout, "The picture could not be stored in time.");
      }));
  if (path) co_return exchange.public_origin() + *path;
  LogLine line("store_failed");
  line.word("rid", exchange.id())
      .word("code", error_code_name(path.error().code))
      .remark("detail", path.error().detail);
  exchange.session().log(line.finish());
  co_return std::string();
}

Task<std::string> link_to_bytes(Exchange& exchange, std::string bytes) {
  if (exchange.config().stores_pictures) {
    std::string link = co_await try_to_store(exchange, store_picture_bytes(exchange, bytes));
    if (!link.empty()) co_return std::move(link);
  }
  co_return data_url(std::move(bytes));
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

Task<std::string> link_to_url(Exchange& exchange, std::string url) {
  url = co_await admitted(exchange, url);
  if (exchange.config().stores_pictures) {
    std::string link = co_await try_to_store(exchange, store_picture(exchange, url));
    if (!link.empty()) co_return std::move(link);
  }
  co_return signed_link(exchange, url);
}

}  // namespace

Task<> publish_picture(Exchange& exchange, Picture& picture, Delivery delivery) {
  const bool by_link = delivery == Delivery::link;
  if (picture.form == PictureForm::url && by_link) {
    picture.text = co_await link_to_url(exchange, std::move(picture.text));
  } else if (picture.form == PictureForm::url) {
    picture.text = co_await admitted(exchange, picture.text);
  } else if (picture.form == PictureForm::bytes) {
    if (!sniff_image(picture.text)) co_await no_picture_error();
    if (by_link) picture.text = co_await link_to_bytes(exchange, std::move(picture.text));
  } else if (by_link) {
    picture.text.insert(0, exchange.public_origin());
  }
  if (by_link) picture.form = PictureForm::link;
}

}  // namespace fluxgate
