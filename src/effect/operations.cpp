#include "effect/operations.h"

namespace fluxgate {
namespace {

/// How reading or passing on an upstream's body ended.
Result<void> upstream_outcome(const Reply& reply) {
  if (reply.is(ReplyCode::ok) || reply.is(ReplyCode::end)) return {};
  if (reply.is(ReplyCode::client_gone)) {
    return Error(ErrorCode::client_closed, "The client closed the connection.");
  }
  if (reply.is(ReplyCode::too_large)) {
    return Error(ErrorCode::upstream_too_large, "The upstream's answer is too large.");
  }
  if (reply.is(ReplyCode::timed_out)) {
    return Error(ErrorCode::upstream_timeout, "The upstream stopped sending.", "idle body");
  }
  return Error(ErrorCode::upstream_bad_response, "The upstream's answer broke off.", "body cut");
}

/// How sending to our client ended.
Result<void> client_outcome(const Reply& reply) {
  if (reply.is(ReplyCode::ok)) return {};
  return Error(ErrorCode::client_closed, "The client closed the connection.");
}

Effect body_effect(EffectKind kind, EffectId body, ReadLimits limits) {
  Effect effect(kind);
  effect.target = body;
  effect.max_bytes = limits.max_bytes;
  effect.time_ms = limits.idle_ms;
  effect.gather_ms = limits.gather_ms;
  return effect;
}

Effect response_effect(Response response, BodyMode mode) {
  Effect effect(EffectKind::respond);
  effect.status = static_cast<std::uint32_t>(response.status);
  effect.mode = mode;
  effect.head = response.headers.lines();
  effect.body = std::move(response.body);
  return effect;
}

Effect fetch_effect(Request request) {
  Effect effect(EffectKind::fetch);
  effect.head.append(method_name(request.method)).append(" ").append(request.url).append("\n");
  effect.head.append(request.headers.lines());
  effect.body = std::move(request.body);
  return effect;
}

Task<UpstreamResponse> perform_fetch(Effect effect) {
  Session& session = co_await current_session();
  Perform perform(std::move(effect));
  Reply reply = co_await std::move(perform);
  if (reply.is(ReplyCode::unsupported)) {
    co_return Error(ErrorCode::unsupported_by_host, "This host has no such service.");
  }
  if (reply.is(ReplyCode::too_large) || reply.is(ReplyCode::timed_out)) {
    co_await upstream_outcome(reply);
  }
  if (reply.code < 200 || reply.code > 599) {
    co_return Error(ErrorCode::upstream_unreachable, "The upstream could not be reached.");
  }
  co_return UpstreamResponse{static_cast<int>(reply.code),
                             Headers::from_lines(std::string(reply.data.view())),
                             Body(session, perform.id())};
}

}  // namespace

Task<UpstreamResponse> fetch(Request request) {
  return perform_fetch(fetch_effect(std::move(request)));
}

Task<UpstreamResponse> fetch(Request request, Body rest, ReadLimits limits) {
  Effect effect = fetch_effect(std::move(request));
  effect.target = rest.handle();
  effect.max_bytes = limits.max_bytes;
  effect.time_ms = limits.idle_ms;
  rest.release();
  co_return co_await perform_fetch(std::move(effect));
}

Task<Bytes> collect(Body body, ReadLimits limits) {
  Reply reply = co_await Perform(body_effect(EffectKind::collect, body.handle(), limits));
  body.release();
  co_await upstream_outcome(reply);
  co_return std::move(reply.data);
}

Task<Chunk> read_chunk(Body& body, ReadLimits limits) {
  Reply reply = co_await Perform(body_effect(EffectKind::read, body.handle(), limits));
  if (!reply.is(ReplyCode::ok)) body.release();
  co_await upstream_outcome(reply);
  co_return Chunk{std::move(reply.data), reply.is(ReplyCode::end)};
}

Task<Bytes> collect_request_body(ReadLimits limits) {
  Reply reply = co_await Perform(body_effect(EffectKind::collect, kClientBody, limits));
  if (reply.is(ReplyCode::ok)) co_return std::move(reply.data);
  if (reply.is(ReplyCode::too_large)) {
    co_return Error(ErrorCode::request_too_large, "The request body is larger than " +
                                                      std::to_string(limits.max_bytes) + " bytes.");
  }
  if (reply.is(ReplyCode::timed_out)) {
    co_return Error(ErrorCode::request_timeout, "The request body did not arrive in time.");
  }
  co_return Error(ErrorCode::client_closed, "The client closed the connection.");
}

Task<> respond(Response response) {
  co_await client_outcome(
      co_await Perform(response_effect(std::move(response), BodyMode::complete)));
}

Task<> begin_response(Response response) {
  co_await client_outcome(co_await Perform(response_effect(std::move(response), BodyMode::more)));
}

Task<> write(std::string bytes) {
  Effect effect(EffectKind::write);
  effect.body = std::move(bytes);
  co_await client_outcome(co_await Perform(std::move(effect)));
}

Task<> pipe(Body body, ReadLimits limits) {
  const Reply reply = co_await Perform(body_effect(EffectKind::pipe, body.handle(), limits));
  body.release();
  co_await upstream_outcome(reply);
}

Task<> client_leaves() {
  co_await Perform(Effect(EffectKind::watch));
}

Task<> sleep(std::uint32_t time_ms) {
  Effect effect(EffectKind::sleep);
  effect.time_ms = time_ms;
  co_await Perform(std::move(effect));
}

}  // namespace fluxgate
