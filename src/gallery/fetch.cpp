#include "gallery/fetch.h"

#include <utility>

#include "base/ascii.h"
#include "base/version.h"
#include "failover/retry_after.h"

namespace fluxgate {
namespace {

/// Backends' links redirect to a store once, sometimes twice.
constexpr int kMaxRedirects = 3;

Error timeout_error() {
  return Error(ErrorCode::upstream_timeout, "The picture's host did not answer in time.",
               "px_timeout");
}

Error too_large_error() {
  return Error(ErrorCode::upstream_too_large, "The picture is larger than 20 MiB.", "px_size");
}

Error redirect_error() {
  return Error(ErrorCode::upstream_bad_redirect, "The picture's host redirected to a bad address.",
               "px_redirect");
}

Error status_error(int status, const Headers& headers, UnixMs now_ms) {
  const std::string detail = "upstream status " + std::to_string(status);
  if (status == 403 || status == 404 || status == 410) {
    return Error(ErrorCode::image_gone, "This picture is no longer there.", detail);
  }
  if (status == 429 || status == 503) {
    Error error(ErrorCode::upstream_busy, "The picture's host is busy.", detail);
    if (const auto wait_ms = read_retry_after(headers, now_ms)) {
      error.retry_after_s = advised_wait_s(*wait_ms);
    }
    return error;
  }
  return Error(ErrorCode::upstream_bad_status, "The picture's host did not give the picture.",
               detail);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Was the connection lost? Deployed Workers answer a rejected fetch with one of these statuses.
bool is_lost(const Result<UpstreamResponse>& answer) {
  if (!answer) return answer.error().code == ErrorCode::upstream_unreachable;
  return answer->status >= 520 && answer->status <= 530;
}

Task<UpstreamResponse> ask_for(const std::string& url) {
  Request request;
  request.url = url;
  request.headers.append("accept", "image/avif,image/webp,image/png,image/jpeg,image/gif")
      .append("user-agent", kUserAgent);
  return fetch(std::move(request), {.head_ms = kPictureHeadersMs, .late = timeout_error});
}

/// The 200 answer that holds the picture, after at most kMaxRedirects admitted hops.
Task<UpstreamResponse> follow(const Exchange& exchange, std::string url, NamedBy named_by) {
  bool has_retried = false;  // A picture costs nothing: a lost connection is worth one more.
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    Result<UpstreamResponse> asked = co_await attempt(ask_for(url));
    if (is_lost(asked) && !has_retried) {
      has_retried = true;
      asked = co_await attempt(ask_for(url));
    }
    UpstreamResponse answer = co_await std::move(asked);
    if (answer.status == 200) co_return std::move(answer);
    if (!is_redirect(answer.status)) {
      co_return status_error(answer.status, answer.headers, exchange.session().now_ms());
    }
    const auto location = answer.headers.find("location");
    if (!location) co_return redirect_error();
    Result<std::string> next =
        admit_picture_url(exchange, resolve_reference(url, *location), named_by);
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
  if (headers.find("transfer-encoding")) return std::nullopt;          // The coding tells the end.
  return parse_unsigned(headers.find("content-length").value_or(""));
}

/// The first bytes of a body.
struct Start {
  std::string bytes;  ///< kSniffBytes of them, or all that there are.
  bool is_all = false;
};

Task<Start> read_start(Body& body) {
  Start start;
  while (start.bytes.size() < kSniffBytes && !start.is_all) {
    const auto wanted_bytes = static_cast<std::uint32_t>(kSniffBytes - start.bytes.size());
    const Chunk chunk = co_await read_chunk(body, {wanted_bytes, kPictureIdleMs});
    start.bytes += chunk.bytes.view();
    start.is_all = chunk.end;
  }
  co_return std::move(start);
}

}  // namespace

Task<FetchedPicture> fetch_picture(const Exchange& exchange, std::string url, TypeFrom type_from,
                                   NamedBy named_by) {
  UpstreamResponse answer = co_await follow(exchange, std::move(url), named_by);
  const auto length_bytes = promised_length_bytes(answer.headers);
  if (length_bytes && *length_bytes > kMaxPictureBytes) co_return too_large_error();
  if (type_from == TypeFrom::declaration && length_bytes && *length_bytes > 0) {
    const auto declared = declared_image(answer.headers.find("content-type").value_or(""));
    if (declared) {
      co_return FetchedPicture{*declared, "", false, length_bytes, std::move(answer.body)};
    }
  }
  Start start = co_await read_start(answer.body);
  const auto type = sniff_image(start.bytes);
  if (!type) {
    co_return Error(ErrorCode::upstream_not_an_image,
                    "What stands behind this link is not a picture.", "px_type");
  }
  if (start.bytes.size() > kMaxPictureBytes) co_return too_large_error();
  co_return FetchedPicture{*type, std::move(start.bytes), start.is_all, length_bytes,
                           std::move(answer.body)};
}

}  // namespace fluxgate
