#include "gateway/image_proxy.h"

#include <optional>

#include "base/ascii.h"
#include "gateway/picture_response.h"
#include "link/admission.h"
#include "link/image_link.h"

namespace fluxgate {
namespace {

/// Largest picture that is passed on: a 4096x4096 PNG of a photograph has 20-25 MB, what backends
/// send has under 10.
constexpr std::uint32_t kMaxPictureBytes = 20 * 1024 * 1024;
/// A picture is there already, so its host answers soon or not at all.
constexpr std::uint32_t kHeadersMs = 10'000;
constexpr std::uint32_t kIdleMs = 10'000;
/// The whole transfer: 20 MiB at 3 Mbit/s.
constexpr std::uint32_t kTotalMs = 60'000;
/// Backends' links redirect to a store once, sometimes twice.
constexpr int kMaxRedirects = 3;

Error timeout_error() {
  return Error(ErrorCode::upstream_timeout, "The picture's host did not answer in time.",
               "px_timeout");
}

Error redirect_error() {
  return Error(ErrorCode::upstream_bad_redirect, "The picture's host redirected to a bad address.",
               "px_redirect");
}

/// The URL that a redirect leads to, absolute; empty when the answer names none.
std::string redirect_target(const UpstreamResponse& answer, std::string_view url) {
  const std::string_view location = answer.headers.find("location").value_or("");
  if (location.empty()) return {};
  if (location.find("://") != std::string_view::npos) return std::string(location);
  const UrlParts base = split_url(url);
  if (location.substr(0, 2) == "//") {
    return std::string(base.scheme) + ":" + std::string(location);
  }
  if (location.front() == '/') return std::string(base.origin) + std::string(location);
  return {};  // A relative path: no store sends one.
}

Error status_error(int status) {
  const std::string detail = "upstream status " + std::to_string(status);
  if (status == 403 || status == 404 || status == 410) {
    return Error(ErrorCode::image_gone, "This picture is no longer there.", detail);
  }
  if (status == 429 || status == 503) {
    return Error(ErrorCode::upstream_busy, "The picture's host is busy.", detail);
  }
  return Error(ErrorCode::upstream_bad_status, "The picture's host did not give the picture.",
               detail);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// The 200 answer that holds the picture, after at most kMaxRedirects admitted hops.
Task<UpstreamResponse> fetch_picture(const Gateway& gateway, std::string url,
                                     std::string own_host) {
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    Request request;
    request.url = url;
    request.headers.append("accept", "image/avif,image/webp,image/png,image/jpeg,image/gif");
    UpstreamResponse answer =
        co_await with_deadline(fetch(std::move(request)), kHeadersMs, timeout_error());
    if (answer.status == 200) co_return std::move(answer);
    if (!is_redirect(answer.status)) co_return status_error(answer.status);
    Result<std::string> next =
        admit_image_url(redirect_target(answer, url), gateway.config().links, own_host);
    if (!next) co_return redirect_error();
    url = *std::move(next);
  }
  co_return redirect_error();
}

/// The length that the upstream promises for the bytes as we see them; nothing when it promises
/// none.
std::optional<std::uint64_t> promised_length_bytes(const Headers& headers) {
  const std::string_view coding = headers.find("content-encoding").value_or("identity");
  if (!equals_ignoring_case(coding, "identity")) return std::nullopt;  // The host decodes it.
  return parse_unsigned(headers.find("content-length").value_or(""));
}

/// The first bytes, enough to tell the type; fewer when the body is shorter.
Task<std::string> read_start(Body& body) {
  std::string start;
  while (start.size() < kSniffBytes) {
    const Chunk chunk = co_await read_chunk(body, {kMaxPictureBytes, kIdleMs});
    if (chunk.end) break;
    start += chunk.bytes.view();
  }
  co_return std::move(start);
}

}  // namespace

Task<> show_image(Gateway& gateway, Exchange& exchange) {
  const auto now_s = static_cast<std::uint64_t>(exchange.session().now_ms() / 1000);
  const Error forbidden(ErrorCode::forbidden, "This image link is not valid.", "px_policy");
  if (gateway.signing_keys() == nullptr) co_await Error(forbidden);
  SignedImage link =
      co_await verify_image_link(exchange.url().query, now_s, *gateway.signing_keys());
  const std::string own_host = exchange.own_host(gateway.config());
  Result<std::string> url = admit_image_url(link.url, gateway.config().links, own_host);
  if (!url) co_await Error(forbidden);

  UpstreamResponse answer = co_await fetch_picture(gateway, *std::move(url), own_host);
  const auto length_bytes = promised_length_bytes(answer.headers);
  if (length_bytes && *length_bytes > kMaxPictureBytes) {
    co_await Error(ErrorCode::upstream_too_large, "The picture is larger than 20 MiB.", "px_size");
  }
  std::string start = co_await read_start(answer.body);
  const auto type = sniff_image(start);
  if (!type) {
    co_await Error(ErrorCode::upstream_not_an_image,
                   "What stands behind this link is not a picture.", "px_type");
  }

  const auto left_s = link.expires_unix_s - now_s;
  Response response =
      picture_response(*type, "public, max-age=" + std::to_string(left_s) + ", immutable");
  if (length_bytes) response.headers.append("content-length", std::to_string(*length_bytes));
  if (exchange.method() == Method::head) {
    co_await exchange.respond(std::move(response));
    co_return;
  }
  const auto start_bytes = static_cast<std::uint32_t>(start.size());
  response.body = std::move(start);
  co_await exchange.begin(std::move(response));
  co_await with_deadline(pipe(std::move(answer.body), {kMaxPictureBytes - start_bytes, kIdleMs}),
                         kTotalMs, timeout_error());
  exchange.session().end_body(BodyMode::complete);
}

}  // namespace fluxgate
