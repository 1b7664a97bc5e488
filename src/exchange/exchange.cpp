#include "exchange/exchange.h"

#include "base/sha256.h"

#include <utility>

#include "base/ascii.h"
#include "exchange/header_names.h"
#include "exchange/patience.h"
#include "exchange/retry_advice.h"

namespace fluxgate {
namespace {

/// Most bytes of an answer that are sent at once. A host may hold them after the request is over,
/// when no budget counts them.
constexpr std::size_t kMaxAtOnceBytes = 64 * 1024;
static_assert(kMaxAtOnceBytes <= kLargePartBytes, "what is sent at once is one piece");

/// Most bytes of header fields that are kept whole. Of longer headers, only the fields that
/// handlers ask for are kept, and so much of each value. Keys have some hundred bytes; a Worker's
/// variable, and so a key of ours, has at most 5 KB
/// (developers.cloudflare.com/workers/platform/limits).
constexpr std::size_t kMaxFieldBytes = 8 * 1024;

/// What a value that is cut ends with: nobody takes it for a good one, nor for one that was not
/// sent, which would let an Origin in, or have an Idempotency-Key paid for twice.
constexpr std::string_view kCut = "...";

/// Drops the fields of a long head that no handler asks for: heads are held as long as their
/// requests, no budget counts them, and cookies may have 100 KB.
RequestHead what_is_asked_for(RequestHead head) {
  if (head.headers.lines().size() <= kMaxFieldBytes) return head;
  RequestHead kept{head.method, head.url, {}};
  for (const std::string_view name : kRequestHeaderNames) {
    const auto value = head.headers.find(name);
    if (!value) continue;
    std::string text(value->substr(0, kMaxFieldBytes));
    if (text.size() < value->size()) text += kCut;
    kept.headers.append(name, text);
  }
  return kept;
}

/// Longer bodies are not compared with those that SDKs send again: hashing one of 8 MiB takes more
/// than a picture costs otherwise.
constexpr std::size_t kMaxJoinedBytes = 64 * 1024;

constexpr std::string_view kRateHeaders =
    ", x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests";

/// Source: platform.openai.com/docs/guides/rate-limits, "Rate limits in headers".
void append_rate(Headers& headers, const RateState& rate) {
  headers.append("x-ratelimit-limit-requests", std::to_string(rate.limit))
      .append("x-ratelimit-remaining-requests", std::to_string(rate.remaining))
      .append("x-ratelimit-reset-requests", std::to_string((rate.reset_ms + 999) / 1000) + "s");
}

/// The id tells the session's randomness, unless that is the only secret that there is.
std::string id_of(const Session& session, const Instance& instance) {
  const Randomness& random = session.randomness();
  if (instance.signing_keys() != nullptr) return hex(random);
  const Sha256Digest digest =
      hmac_sha256({reinterpret_cast<const char*>(random.data()), random.size()}, "request id");
  return hex({digest.data(), random.size()});
}

}  // namespace

Exchange::Exchange(RequestHead head, Session& session, Instance& instance, const Voice& voice)
    : head_(what_is_asked_for(std::move(head))),
      session_(session),
      instance_(instance),
      voice_(&voice),
      id_(id_of(session, instance)),
      opened_ms_(session.now_ms()),
      log_(id_) {}

void Exchange::go_to(std::string_view path) {
  const UrlParts parts = url();
  std::string there(parts.origin);
  there += path;
  if (!parts.query.empty()) there.append("?").append(parts.query);
  head_.url = std::move(there);
}

void Exchange::mark_body(std::initializer_list<std::string_view> parts) {
  std::size_t size_bytes = 0;
  for (const std::string_view part : parts) size_bytes += part.size();
  const bool may_come_again =
      headers().find(kRetryCountHeader).has_value() && size_bytes <= kMaxJoinedBytes;
  if (!has_once_key() && !may_come_again) return;
  std::string marks;
  for (const std::string_view part : parts) marks += hex(sha256(part));
  account_.once_mark = hex(sha256(marks));
}

std::string Exchange::public_origin() const {
  const std::string& configured = config().public_base_url;
  return configured.empty() ? std::string(url().origin) : configured;
}

Task<> Exchange::respond(Response response) {
  Pieces body(std::exchange(response.body, {}));
  return respond(std::move(response), std::move(body));
}

Task<> Exchange::respond(Response head, Pieces body) {
  if (sent_ == Sent::white_space) {
    sent_ = Sent::bytes;
    for (std::string& piece : body.list()) co_await send(std::move(piece));
    end();
    co_return;
  }
  std::size_t size_bytes = 0;
  for (const std::string& piece : body.list()) size_bytes += piece.size();
  if (size_bytes <= kMaxAtOnceBytes || head_.method == Method::head) {
    head.body = std::move(body.back());
    note(head.body);
    complete_head(head, Sent::all);
    if (!is_deaf_) fluxgate::respond(session_, std::move(head));
    co_return;
  }
  head.headers.append("content-length", std::to_string(size_bytes));
  co_await begin(std::move(head));
  for (std::string& piece : body.list()) co_await send(std::move(piece));
  end();
}

Task<> Exchange::begin(Response response) {
  if (sent_ == Sent::white_space) {
    sent_ = Sent::bytes;
    co_await send(std::move(response.body));
    co_return;
  }
  note(response.body);
  complete_head(response, Sent::bytes);
  co_await sent_or_recorded(begin_response(std::move(response)));
}

Task<> Exchange::send_white_space() {
  if (is_deaf_) co_return;
  if (sent_ == Sent::white_space) co_await send(" ");
  if (sent_ != Sent::nothing) co_return;
  Response response = json_response(200, " ");
  complete_head(response, Sent::white_space);
  co_await sent_or_recorded(begin_response(std::move(response), kClientTakesMs));
}

Task<> Exchange::begin_events(Response response) {
  note(response.body);
  complete_head(response, Sent::events);
  co_await sent_or_recorded(begin_response(std::move(response), kClientTakesMs));
}

Task<> Exchange::send(std::string bytes) {
  if (!length_is_declared_) body_bytes_ += bytes.size();
  if (!recording_) return write(std::move(bytes), kClientTakesMs);
  note(bytes);
  return sent_or_recorded(write(std::move(bytes), kClientTakesMs));
}

void Exchange::record(Recorded when) {
  recording_.emplace();
  recording_share_.emplace(instance_.load().text_bytes.take_nothing());
  outlives_client_ = when == Recorded::in_any_case;
}

/// Records what is sent, as long as there is room for it.
void Exchange::note(std::string_view bytes) {
  if (!recording_) return;
  recording_->add(bytes);
  const std::uint64_t grown_bytes = 2 * recording_->kept_bytes();  // By doubling.
  if (!recording_share_->resize(grown_bytes, kMaxTextBytesForExtras)) recording_->lose();
}

/// Of an answer that is recorded nothing is lost when its client leaves. One that is there and does
/// not read is no reason to go on.
Task<> Exchange::sent_or_recorded(Task<> sending) {
  if (is_deaf_) co_return;
  if (!outlives_client_) {
    co_await std::move(sending);
    co_return;
  }
  const Result<void> sent = co_await attempt(std::move(sending));
  if (sent) co_return;
  const bool has_left =
      sent.error().code == ErrorCode::client_closed && sent.error().detail.empty();
  if (!has_left) co_await Error(sent.error());
  is_deaf_ = true;
}

Task<> Exchange::pipe_rest(Body body, ReadLimits limits, Coding coding) {
  return sent_or_recorded(pipe(std::move(body), limits, coding));
}

void Exchange::end() {
  end_body(BodyMode::complete);
}

void Exchange::pass(Response head, Body body) {
  complete_head(head, Sent::bytes);
  respond_with(session_, std::move(head), std::move(body));
  sent_ = Sent::all;
}

Task<> Exchange::tell(const Error& error) {
  const bool listens = error.code != ErrorCode::client_closed;
  const bool is_json = sent_ == Sent::nothing || (sent_ == Sent::white_space && listens);
  if (is_json) {
    co_await respond(error_response(error));
  } else if (sent_ == Sent::events && listens) {
    std::string event;
    voice_->append_error_event(event, error);
    const Result<void> sent = co_await attempt(send(std::move(event)));
    // A client knows by its [DONE] that a stream is whole, so a good end misleads nobody.
    end_body(sent ? BodyMode::complete : BodyMode::broken);
  } else if (sent_ != Sent::all) {
    end_body(BodyMode::broken);
  }
}

void Exchange::end_body(BodyMode mode) {
  sent_ = Sent::all;
  if (!is_deaf_) session_.end_body(mode);
}

void Exchange::complete_head(Response& response, Sent sent) {
  if (recording_ && status_sent_ == 0) recording_->begin(response.status, response.headers);
  std::string exposed(
      "x-request-id, x-fluxgate-prompt, x-fluxgate-size, x-fluxgate-ignored, "
      "x-fluxgate-model, x-fluxgate-provider, x-fluxgate-cost, x-fluxgate-ms, x-should-retry, "
      "retry-after");
  if (!account_.replay.empty()) exposed += ", x-fluxgate-replayed";
  if (account_.rate) exposed += kRateHeaders;
  response.headers.append("x-request-id", id_)
      .append("access-control-allow-origin", "*")
      .append("access-control-expose-headers", exposed);
  if (account_.rate) append_rate(response.headers, *account_.rate);
  if (head_.method == Method::head) response.body.clear();
  count_body(response, sent);
  status_sent_ = response.status;
  sent_ = sent;
}

/// What is piped is as long as the head says, if it does; otherwise nobody here counts it.
void Exchange::count_body(const Response& response, Sent sent) {
  body_bytes_ = response.body.size();
  if (sent == Sent::all) return;
  const auto declared_bytes = parse_unsigned(response.headers.find("content-length").value_or(""));
  length_is_declared_ = declared_bytes.has_value();
  if (declared_bytes) body_bytes_ = *declared_bytes;
}

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers.append("content-type", "application/json")
      .append("cache-control", "no-store")
      .append("x-content-type-options", "nosniff");
  response.body = std::move(body);
  return response;
}

Response Exchange::error_response(const Error& error) const {
  Response response = json_response(error_status(error.code), voice_->error_body(error));
  if (error.code == ErrorCode::invalid_api_key) {
    response.headers.append("www-authenticate", "Bearer");
  }
  if (error.retry_after_s > 0) {
    response.headers.append("retry-after", std::to_string(error.retry_after_s));
  }
  const std::string_view advice = retry_advice(error);
  if (!advice.empty()) response.headers.append("x-should-retry", advice);
  return response;
}

}  // namespace fluxgate
