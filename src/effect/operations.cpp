#include "effect/operations.h"

#include <algorithm>
#include <string_view>

#include "base/base64.h"
#include "effect/outcomes.h"

namespace fluxgate {
namespace {

/// How sending to our client ended.
Result<void> client_outcome(const Reply& reply) {
  if (reply.is(ReplyCode::ok)) return {};
  if (reply.is(ReplyCode::late)) {
    return Error(ErrorCode::client_closed, "The client reads no more.", "write");
  }
  return Error(ErrorCode::client_closed, "The client closed the connection.");
}

Effect response_effect(Response response, BodyMode mode) {
  Effect effect(EffectKind::respond);
  effect.status = static_cast<std::uint32_t>(response.status);
  effect.mode = mode;
  effect.head = std::move(response.headers).take_lines();
  effect.body = std::move(response.body);
  return effect;
}

Effect fetch_effect(Request request, const CallOptions& options) {
  Effect effect(EffectKind::fetch);
  const std::string_view method = method_name(request.method);
  const std::string& lines = request.headers.lines();
  effect.head.reserve(method.size() + request.url.size() + lines.size() + 2);
  effect.head.append(method).append(" ").append(request.url).append("\n").append(lines);
  effect.body = std::move(request.body);
  effect.inline_bytes = options.inline_bytes;
  effect.ends_at_once = options.ends_at_once;
  return effect;
}

/// What the reply to the fetch `id` says.
Result<UpstreamResponse> response_of(Reply reply, Session& session, EffectId id,
                                     const CallOptions& options) {
  if (reply.is(ReplyCode::late)) return options.late();
  if (reply.is(ReplyCode::unsupported)) {
    return Error(ErrorCode::unsupported_by_host, "This host has no such service.");
  }
  if (reply.is(ReplyCode::too_large) || reply.is(ReplyCode::timed_out)) {
    return upstream_outcome(reply).error();
  }
  if (reply.code < 200 || reply.code > 599) {
    return Error(ErrorCode::upstream_unreachable, "The upstream could not be reached.");
  }
  return UpstreamResponse{static_cast<int>(reply.code),
                          Headers::from_lines(std::string(reply.data.view())),
                          reply.is_whole ? Body(std::move(reply.body)) : Body(session, id)};
}

/// Does the call leave the host? Its own services have binding:// URLs.
bool is_external(const Effect& fetch) {
  const std::string_view head = fetch.head;
  return !head.substr(head.find(' ') + 1).starts_with("binding:");
}

Task<UpstreamResponse> perform_fetch(Effect effect, CallOptions options) {
  Session& session = co_await current_session();
  if (is_external(effect) && !session.count_external_call()) {
    co_return Error(ErrorCode::too_many_calls,
                    "This request needs too many calls of other servers; ask for fewer pictures.");
  }
  Perform perform(std::move(effect), options.head_ms);
  Reply reply = co_await std::move(perform);
  co_return response_of(std::move(reply), session, perform.id(), options);
}

}  // namespace

Bytes Body::take(std::uint32_t max_bytes) {
  if (taken_bytes_ == 0 && whole_.size_bytes() <= max_bytes) return take_all();
  const std::string_view next = whole_.view().substr(taken_bytes_, max_bytes);
  taken_bytes_ += next.size();
  return Bytes::copy_of(next);
}

Bytes Body::take_all() {
  if (taken_bytes_ == 0) return std::exchange(whole_, {});
  return take(UINT32_MAX);
}

Task<UpstreamResponse> fetch(Request request, CallOptions options) {
  return perform_fetch(fetch_effect(std::move(request), options), options);
}

Task<UpstreamResponse> fetch(Request request, Body rest, ReadLimits limits) {
  Effect effect = fetch_effect(std::move(request), {});
  if (rest.is_here()) {
    const Bytes bytes = co_await whole_body(rest, limits);
    effect.body += bytes.view();
  } else {
    const auto place = static_cast<std::uint32_t>(effect.body.size());
    effect.inserts = {{place, rest.handle(), Coding::identity}};
    effect.max_bytes = limits.max_bytes;
    effect.time_ms = limits.idle_ms;
  }
  Result<UpstreamResponse> response = co_await attempt(perform_fetch(std::move(effect), {}));
  rest.release();  // The host has had it since the call.
  co_return response;
}

Task<UpstreamResponse> fetch(Request request, std::vector<Insert> held, CallOptions options) {
  Effect effect = fetch_effect(std::move(request), options);
  effect.inserts = std::move(held);
  effect.max_bytes = UINT32_MAX;
  return perform_fetch(std::move(effect), options);
}

Task<Bytes> collect(Body body, ReadLimits limits) {
  if (body.is_here()) co_return whole_body(body, limits);
  Reply reply = co_await Perform(body_effect(EffectKind::collect, body.handle(), limits));
  body.release();
  co_await upstream_outcome(reply);
  co_return std::move(reply.data);
}

Task<Chunk> read_chunk(Body& body, ReadLimits limits) {
  if (body.is_here()) {
    Bytes bytes = body.take(limits.max_bytes);
    const bool is_end = bytes.empty();
    co_return Chunk{std::move(bytes), is_end};
  }
  Reply reply = co_await Perform(body_effect(EffectKind::read, body.handle(), limits));
  if (!reply.is(ReplyCode::ok)) body.release();
  co_await upstream_outcome(reply);
  co_return Chunk{std::move(reply.data), reply.is(ReplyCode::end)};
}

Task<Bytes> collect_request_body(ReadLimits limits, std::uint32_t total_ms) {
  Reply reply = co_await Perform(body_effect(EffectKind::collect, kClientBody, limits), total_ms);
  co_await request_outcome(reply, limits);
  co_return std::move(reply.data);
}

Task<Chunk> read_request_chunk(ReadLimits limits) {
  Reply reply = co_await Perform(body_effect(EffectKind::read, kClientBody, limits));
  co_await request_outcome(reply, limits);
  co_return Chunk{std::move(reply.data), reply.is(ReplyCode::end)};
}

void respond(Session& session, Response response) {
  session.ask(response_effect(std::move(response), BodyMode::complete));
}

void respond_with(Session& session, Response head, Body body) {
  if (body.is_here()) {
    head.body = body.take_all().view();
    return respond(session, std::move(head));
  }
  Effect effect = response_effect(std::move(head), BodyMode::passed);
  effect.target = body.handle();
  session.ask(std::move(effect));
  body.release();
}

Task<> begin_response(Response response, std::uint32_t limit_ms) {
  co_await client_outcome(
      co_await Perform(response_effect(std::move(response), BodyMode::more), limit_ms));
}

Task<> write(std::string bytes, std::uint32_t limit_ms) {
  Effect effect(EffectKind::write);
  effect.body = std::move(bytes);
  co_await client_outcome(co_await Perform(std::move(effect), limit_ms));
}

Task<> pipe(Body body, ReadLimits limits, Coding coding) {
  if (body.is_here()) {
    const Bytes bytes = co_await whole_body(body, limits);
    if (bytes.empty()) co_return;
    co_await write(coding == Coding::base64 ? base64_encode(bytes.view())
                                            : std::string(bytes.view()));
    co_return;
  }
  Effect effect = body_effect(EffectKind::pipe, body.handle(), limits);
  effect.coding = coding;
  const Reply reply = co_await Perform(std::move(effect));
  body.release();
  co_await upstream_outcome(reply);
}

}  // namespace fluxgate
