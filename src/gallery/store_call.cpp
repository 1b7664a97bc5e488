#include "gallery/store_call.h"

#include <utility>

#include "exchange/blot_out.h"
#include "exchange/complaint_body.h"
#include "exchange/patience.h"
#include "s3/bucket.h"

namespace fluxgate {
namespace {

constexpr std::string_view kService = "binding://IMAGES/";

/// Longest answer about an upload. It has some 500 bytes, and a white space for each few seconds
/// that the server takes.
constexpr std::uint32_t kMaxUploadAnswerBytes = 16 * 1024;

/// What a server of S3 says in its error. It may be any word, also a key of ours.
std::string error_code_in(const Exchange& exchange, std::string_view xml) {
  return blot_out_secrets(s3::error_code_in(xml), exchange.config());
}

Request service_request(const StoreCall& call) {
  Request request;
  request.method = call.method;
  request.url.append(kService).append(call.key);
  if (!call.query.empty()) request.url.append("?").append(call.query);
  if (call.type) request.headers.append("content-type", mime_type(*call.type));
  return request;
}

Request s3_request(const S3Settings& bucket, const StoreCall& call, UnixMs now_ms) {
  Request request = s3::signed_request(
      bucket,
      {call.method, call.key, call.query, call.type ? mime_type(*call.type) : std::string_view(),
       call.body, call.has_rest},
      now_ms);
  const bool is_read = call.method == Method::get || call.method == Method::head;
  if (is_read) request.headers.append("accept-encoding", "identity");  // Ranges count bytes.
  // Some hosts send a call that may have a body in chunks otherwise, which servers refuse.
  const bool has_body = call.has_rest || !call.body.empty();
  if (call.method == Method::post && !has_body) request.headers.append("content-length", "0");
  return request;
}

}  // namespace

Request store_request(const Exchange& exchange, StoreCall call) {
  const auto& bucket = exchange.config().s3;
  Request request =
      bucket ? s3_request(*bucket, call, exchange.session().now_ms()) : service_request(call);
  if (call.type) request.headers.append("cache-control", picture_max_age(exchange.config()));
  request.body = std::move(call.body);
  return request;
}

bool store_wants_length(const Exchange& exchange) {
  return exchange.config().s3.has_value();
}

Task<UpstreamResponse> put_held(const Exchange& exchange, std::string key, ImageType type,
                                const HeldBytes& held) {
  Request request =
      store_request(exchange, {.method = Method::put, .key = key, .type = type, .has_rest = true});
  request.headers.append("content-length", std::to_string(held.length_bytes()));
  std::vector<Insert> inserts{{0, held.handle(), Coding::identity}};
  co_return co_await fetch(std::move(request), std::move(inserts));
}

Task<std::string> store_complaint(const Exchange& exchange, UpstreamResponse answer) {
  std::string complaint = "store status " + std::to_string(answer.status);
  if (!exchange.config().s3) co_return std::move(complaint);
  const Bytes body = co_await collect_complaint(std::move(answer.body));
  const std::string code = error_code_in(exchange, body.view());
  if (!code.empty()) complaint.append(", ").append(code);
  co_return std::move(complaint);
}

Task<std::string> read_upload_id(const Exchange& exchange, UpstreamResponse answer) {
  if (!exchange.config().s3) co_return std::string(answer.headers.find("upload-id").value_or(""));
  const Bytes body =
      co_await collect(std::move(answer.body), {kMaxUploadAnswerBytes, kPictureIdleMs});
  co_return s3::upload_id_in(body.view());
}

std::string completion_body(const Exchange& exchange, const std::vector<std::string>& etags) {
  if (exchange.config().s3) return s3::completion(etags);
  std::string lines;
  for (const std::string& etag : etags) lines.append(etag).append("\n");
  return lines;
}

Task<std::string> completion_complaint(const Exchange& exchange, UpstreamResponse answer) {
  if (!exchange.config().s3) co_return std::string();
  const Bytes body =
      co_await collect(std::move(answer.body), {kMaxUploadAnswerBytes, kPictureIdleMs});
  if (s3::is_completed(body.view())) co_return std::string();
  const std::string code = error_code_in(exchange, body.view());
  co_return "store status 200, " + (code.empty() ? "no result" : code);
}

void call_off_upload(Exchange& exchange, std::string_view key, std::string_view query) {
  if (!exchange.config().s3) return;
  exchange.call_off(store_request(exchange, {.method = Method::del, .key = key, .query = query}));
}

std::string picture_max_age(const Config& config) {
  return "max-age=" + std::to_string(config.picture_life_days * 24 * 60 * 60);
}

}  // namespace fluxgate
