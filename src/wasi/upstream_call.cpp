#include "wasi/upstream_call.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "http/request_head.h"
#include "http/url.h"
#include "wasi/body_reader.h"
#include "wasi/header_fields.h"
#include "wasi/outgoing_request.h"

namespace fluxgate::wasi {
namespace {

/// The declared length of the body behind this head; nothing when none is declared.
std::optional<std::uint64_t> body_length_bytes(std::int32_t status, const Headers& headers) {
  constexpr std::int32_t kNoContent = 204;
  constexpr std::int32_t kNotModified = 304;
  if (status == kNoContent || status == kNotModified) return std::nullopt;
  return declared_length_bytes(headers);
}

class UpstreamCall final : public Operation {
 public:
  UpstreamCall(EffectId name, Bodies& bodies, Upload upload, FutureIncomingResponse future)
      : bodies_(bodies),
        name_(name),
        upload_(std::move(upload)),
        future_(std::move(future)),
        answered_(wasi_future_incoming_response_subscribe(future_.get())) {}

  std::optional<Reply> advance(Instant now) override {
    const ReplyCode uploaded = upload_.advance(now);
    RawFutureResult result;
    wasi_future_incoming_response_get(future_.get(), &result);
    const bool is_answered = result.is_some != 0 && result.is_taken == 0 && result.is_error == 0;
    if (is_answered) return reply_with(IncomingResponse(result.response));
    if (result.is_some != 0 && result.is_taken == 0) release(result.error);
    if (uploaded != ReplyCode::ok) return reply_of(uploaded);
    if (result.is_some != 0) return reply_of(ReplyCode::failed);
    return std::nullopt;
  }

  void wait_in(PollSet& polls, bool& ready) override {
    polls.add(answered_, ready);
    upload_.wait_in(polls, ready);
  }

 private:
  Reply reply_with(IncomingResponse response) {
    const std::int32_t status = wasi_incoming_response_status(response.get());
    const Headers headers = read_fields(Fields(wasi_incoming_response_headers(response.get())));
    const std::string_view coding = headers.find("content-encoding").value_or("identity");
    if (status < 200 || status > 599) return reply_of(ReplyCode::failed);
    // Nobody decodes a coded body here, so it is dropped and every read of it fails.
    if (equals_ignoring_case(coding, "identity")) {
      bodies_.put(name_,
                  std::make_unique<BodyReader>(
                      std::move(response), body_length_bytes(status, headers), std::move(upload_)));
    }
    Reply reply;
    reply.code = static_cast<std::uint32_t>(status);
    reply.data = Bytes::copy_of(headers.lines());
    return reply;
  }

  Bodies& bodies_;
  EffectId name_;
  Upload upload_;
  FutureIncomingResponse future_;
  Pollable answered_;
};

/// Bodies that are not held leave `bodies` for good.
UploadParts take_parts(Effect& effect, Bodies& bodies) {
  UploadParts parts;
  parts.bytes = std::move(effect.body);
  for (const Insert& insert : effect.inserts) {
    Flow flow(bodies.open(insert.body), effect.max_bytes, effect.time_ms, insert.coding);
    parts.inserts.push_back({insert.place, std::move(flow)});
  }
  return parts;
}

/// A call that failed before it was sent.
class NoCall final : public Operation {
 public:
  explicit NoCall(ReplyCode code) : code_(code) {}
  std::optional<Reply> advance(Instant) override { return reply_of(code_); }
  void wait_in(PollSet&, bool&) override {}

 private:
  ReplyCode code_;
};

}  // namespace

std::unique_ptr<Operation> start_fetch(Effect& effect, Bodies& bodies) {
  UploadParts parts = take_parts(effect, bodies);
  const RequestHead head = parse_request_head(effect.head);
  if (split_url(head.url).scheme == "binding") {
    return std::make_unique<NoCall>(ReplyCode::unsupported);
  }
  const auto body_bytes = parts.length_bytes();
  OutgoingRequest request = make_request(head, body_bytes);
  if (!request) return std::make_unique<NoCall>(ReplyCode::failed);
  RawHandleResult result;
  wasi_outgoing_request_body(request.get(), &result);
  auto body = take<OutgoingBody>(result);
  FutureIncomingResponse future = send(std::move(request));
  if (!future) return std::make_unique<NoCall>(ReplyCode::failed);
  const auto declared_bytes = declared_length_bytes(head.headers);
  return std::make_unique<UpstreamCall>(
      effect.id, bodies,
      Upload(std::move(body), std::move(parts), declared_bytes ? declared_bytes : body_bytes),
      std::move(future));
}

}  // namespace fluxgate::wasi
