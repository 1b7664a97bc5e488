#include "gateway/generate_image.h"

#include "base/base64.h"
#include "failover/policy.h"
#include "gateway/demo_picture.h"
#include "gateway/log_line.h"
#include "link/admission.h"
#include "link/image_link.h"
#include "link/sniff.h"

namespace fluxgate {
namespace {

/// Largest answer of a backend. Pictures that come as base64 are answered as data URLs of
/// kMaxDataUrlBytes at most, so a longer answer could not be used.
constexpr std::uint32_t kMaxAnswerBytes = 8 * 1024 * 1024;
/// Largest picture inside an answer: chat programs keep it in their history and send it back with
/// every message.
constexpr std::size_t kMaxDataUrlBytes = 4 * 1024 * 1024;
constexpr std::uint32_t kIdleMs = 15'000;
constexpr std::uint32_t kTotalMs = 120'000;

Error timeout_error() {
  return Error(ErrorCode::upstream_timeout, "The image backend did not answer in time.",
               "img_timeout");
}

/// One call with one key: the picture, or what its failure means.
Task<BackendImage> call_backend(const Gateway& gateway, Request request) {
  UpstreamResponse answer = co_await with_deadline(
      fetch(std::move(request)), gateway.config().image_timeout_ms, timeout_error());
  if (answer.status < 200 || answer.status > 299) co_return judge_status(answer.status);
  const Bytes body = co_await collect(std::move(answer.body), {kMaxAnswerBytes, kIdleMs});
  co_return read_image_answer(body.view());
}

/// The provider's keys in turn, until one makes the picture or no other can.
Task<BackendImage> call_with_each_key(const Gateway& gateway, Exchange& exchange,
                                      const ProviderSettings& provider, ImageJob job) {
  const std::size_t attempt_count = std::min(provider.keys.size(), kMaxImageAttempts);
  for (std::size_t key = 0;; ++key) {
    const UnixMs asked_ms = exchange.session().now_ms();
    Result<BackendImage> image =
        co_await attempt(call_backend(gateway, image_request(provider, job, provider.keys[key])));
    LogLine line(exchange, "image_attempt");
    line.text("provider", provider.name)
        .number("key", static_cast<std::int64_t>(key))
        .number("ms", exchange.session().now_ms() - asked_ms);
    if (!image) {
      line.text("code", error_code_name(image.error().code)).text("detail", image.error().detail);
    }
    line.write();
    const bool last = key + 1 == attempt_count;
    if (image || last || !next_key_may_help(image.error().code)) co_return image;
  }
}

/// The picture inside the link itself.
Result<std::string> data_url(std::string_view base64) {
  if (base64_decoded_size_bytes(base64) > kMaxDataUrlBytes) {
    return Error(ErrorCode::upstream_too_large, "The image backend's picture is too large.");
  }
  const std::optional<std::string> bytes = base64_decode(base64);
  const auto type = bytes ? sniff_image(*bytes) : std::nullopt;
  if (!type) {
    return Error(ErrorCode::upstream_not_an_image, "What the image backend sent is no picture.");
  }
  std::string url("data:");
  url.reserve(base64.size() + 32);
  url.append(mime_type(*type)).append(";base64,").append(base64);
  return url;
}

}  // namespace

Task<std::string> generate_image(const Gateway& gateway, Exchange& exchange, const Model& model,
                                 ImageJob job) {
  const std::string base_url = exchange.public_origin(gateway.config());
  if (model.provider->dialect == Dialect::demo) {
    co_return demo_picture_link(base_url, job.prompt, job.size);
  }
  BackendImage image =
      co_await with_deadline(call_with_each_key(gateway, exchange, *model.provider, std::move(job)),
                             kTotalMs, timeout_error());
  if (image.url.empty()) co_return data_url(image.base64);
  const std::string url = co_await admit_image_url(image.url, gateway.config().links,
                                                   exchange.own_host(gateway.config()));
  const auto now_s = static_cast<std::uint64_t>(exchange.session().now_ms() / 1000);
  co_return image_link(base_url, url, now_s + kLinkLifeSeconds, *gateway.signing_keys());
}

}  // namespace fluxgate
