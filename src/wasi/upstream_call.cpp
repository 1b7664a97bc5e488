#include "wasi/upstream_call.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "http/request_head.h"
#include "http/url.h"
#include "wasi/header_fields.h"

namespace fluxgate::wasi {
namespace {

/// Longest wait for the connection, for the head and for the next bytes of the body. It is longer
/// than every limit of the core (at most 120 s), so it only matters on hosts that let a dropped
/// call go on. jco 1.35 applies the limit of the connection to the head, so one number serves for
/// all three.
constexpr std::uint64_t kTimeoutNs = 130'000'000'000;

/// The number of a method in wasi:http; nothing for a method that the core never sends.
std::optional<std::int32_t> method_number(Method method) {
  switch (method) {
    case Method::get: return 0;
    case Method::head: return 1;
    case Method::post: return 2;
    case Method::put: return 3;
    case Method::options: return 6;
    case Method::other: break;
  }
  return std::nullopt;
}

/// The path and query, with every character escaped that RFC 3986 §3.3 and §3.4 do not allow: URLs
/// hold such characters in practice, and each host refuses some of them.
std::string request_target(std::string_view url, const UrlParts& parts) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kAllowed = "-._~!$&'()*+,;=:@/?%";
  std::string_view rest = url.substr(parts.origin.size());
  rest = rest.substr(0, rest.find('#'));
  std::string target;
  if (rest.substr(0, 1) != "/") target += '/';
  for (const char c : rest) {
    if (is_alnum(c) || kAllowed.find(c) != std::string_view::npos) {
      target += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      target.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return target;
}

Fields request_fields(const Headers& headers, std::size_t body_bytes) {
  Fields fields = write_fields(headers.lines());
  if (!headers.find("accept-encoding")) append_field(fields, "accept-encoding", "identity");
  if (body_bytes > 0 && !headers.find("content-length")) {
    append_field(fields, "content-length", std::to_string(body_bytes));
  }
  return fields;
}

/// Makes the request; none when the host refuses a part of it.
OutgoingRequest make_request(const RequestHead& head, std::size_t body_bytes) {
  const UrlParts parts = split_url(head.url);
  const bool is_https = equals_ignoring_case(parts.scheme, "https");
  if (!is_https && !equals_ignoring_case(parts.scheme, "http")) return {};
  const auto method = method_number(head.method);
  if (!method) return {};
  const std::string target = request_target(head.url, parts);

  OutgoingRequest request(
      wasi_outgoing_request_new(request_fields(head.headers, body_bytes).give()));
  const Handle handle = request.get();
  const bool refused =
      wasi_outgoing_request_set_method(handle, *method, nullptr, 0) != 0 ||
      wasi_outgoing_request_set_scheme(handle, 1, is_https ? kHttps : kHttp, nullptr, 0) != 0 ||
      wasi_outgoing_request_set_authority(handle, 1, parts.authority.data(),
                                          parts.authority.size()) != 0 ||
      wasi_outgoing_request_set_path_with_query(handle, 1, target.data(), target.size()) != 0;
  return refused ? OutgoingRequest() : std::move(request);
}

RequestOptions patient_options() {
  RequestOptions options(wasi_request_options_new());
  // A host that does not support a timeout refuses it and keeps its own.
  wasi_request_options_set_connect_timeout(options.get(), 1, kTimeoutNs);
  wasi_request_options_set_first_byte_timeout(options.get(), 1, kTimeoutNs);
  wasi_request_options_set_between_bytes_timeout(options.get(), 1, kTimeoutNs);
  return options;
}

FutureIncomingResponse send(OutgoingRequest request) {
  RawSendResult result;
  wasi_outgoing_handler_handle(request.give(), 1, patient_options().give(), &result);
  if (result.is_error == 0) return FutureIncomingResponse(result.future);
  release(result.error);
  return {};
}

/// The declared length of the body behind this head; nothing when none is declared.
std::optional<std::uint64_t> body_length_bytes(std::int32_t status, const Headers& headers) {
  constexpr std::int32_t kNoContent = 204;
  constexpr std::int32_t kNotModified = 304;
  if (status == kNoContent || status == kNotModified) return std::nullopt;
  return declared_length_bytes(headers);
}

class UpstreamCall final : public Operation {
 public:
  UpstreamCall(EffectId name, Bodies& bodies, OutgoingBody body, FutureIncomingResponse future,
               std::string_view bytes)
      : bodies_(bodies),
        name_(name),
        upload_(std::move(body)),
        future_(std::move(future)),
        answered_(wasi_future_incoming_response_subscribe(future_.get())) {
    upload_.write(bytes);
    upload_.end();
  }

  std::optional<Reply> advance(Instant) override {
    upload_.advance();  // When it fails, the answer says why.
    RawFutureResult result;
    wasi_future_incoming_response_get(future_.get(), &result);
    if (result.is_some == 0) return std::nullopt;
    if (result.is_taken != 0) return reply_of(ReplyCode::failed);
    if (result.is_error != 0) {
      release(result.error);
      return reply_of(ReplyCode::failed);
    }
    return reply_with(IncomingResponse(result.response));
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
  BodyWriter upload_;
  FutureIncomingResponse future_;
  Pollable answered_;
};

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

std::unique_ptr<Operation> start_fetch(const Effect& effect, Bodies& bodies) {
  const RequestHead head = parse_request_head(effect.head);
  if (split_url(head.url).scheme == "binding") {
    bodies.let_go(effect.target);
    return std::make_unique<NoCall>(ReplyCode::unsupported);
  }
  OutgoingRequest request = make_request(head, effect.body.size());
  if (!request) return std::make_unique<NoCall>(ReplyCode::failed);
  RawHandleResult result;
  wasi_outgoing_request_body(request.get(), &result);
  auto body = take<OutgoingBody>(result);
  FutureIncomingResponse future = send(std::move(request));
  if (!future) return std::make_unique<NoCall>(ReplyCode::failed);
  return std::make_unique<UpstreamCall>(effect.id, bodies, std::move(body), std::move(future),
                                        effect.body);
}

}  // namespace fluxgate::wasi
