#include "effect/holding.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "effect/outcomes.h"

namespace fluxgate {
namespace {

/// What a host says of the bytes that it holds: their length, and the first of them.
HeldBytes held_bytes(Session& session, EffectId id, const Bytes& told) {
  std::uint64_t length_bytes = 0;
  for (std::size_t i = 4; i-- > 0 && i < told.size_bytes();) {
    length_bytes = length_bytes << 8 | static_cast<unsigned char>(told.view()[i]);
  }
  const std::string_view start = told.view().substr(std::min<std::size_t>(4, told.size_bytes()));
  return HeldBytes(Body(session, id), length_bytes, std::string(start));
}

}  // namespace

Task<Held> hold_request_part(std::string front, std::string delimiter, ReadLimits limits) {
  Effect effect = body_effect(EffectKind::hold, kClientBody, limits);
  effect.head = std::move(delimiter);
  effect.body = std::move(front);
  Perform perform(std::move(effect));
  const Reply reply = co_await std::move(perform);
  co_await request_outcome(reply, limits);
  Session& session = co_await current_session();
  co_return Held{held_bytes(session, perform.id(), reply.data), reply.is(ReplyCode::ok)};
}

Task<HeldBytes> hold(std::string front, Body body, ReadLimits limits) {
  if (body.is_here()) {
    const Bytes bytes = co_await whole_body(body, limits);
    co_return co_await hold(front.append(bytes.view()));
  }
  Effect effect = body_effect(EffectKind::hold, body.handle(), limits);
  effect.body = std::move(front);
  Perform perform(std::move(effect));
  const Reply reply = co_await std::move(perform);
  body.release();
  co_await upstream_outcome(reply);
  Session& session = co_await current_session();
  co_return held_bytes(session, perform.id(), reply.data);
}

Task<HeldBytes> hold(std::string bytes) {
  Effect effect(EffectKind::hold);
  effect.max_bytes = UINT32_MAX;
  effect.body = std::move(bytes);
  Perform perform(std::move(effect));
  const Reply reply = co_await std::move(perform);
  co_await upstream_outcome(reply);
  Session& session = co_await current_session();
  co_return held_bytes(session, perform.id(), reply.data);
}

Task<> hold_more(HeldBytes& held, std::string bytes, std::uint32_t max_bytes) {
  Effect effect(EffectKind::hold);
  effect.into = held.handle();
  effect.max_bytes = max_bytes;
  effect.body = std::move(bytes);
  const Reply reply = co_await Perform(std::move(effect));
  if (!reply.is(ReplyCode::ok)) held.body_.release();
  co_await upstream_outcome(reply);
  Session& session = co_await current_session();
  HeldBytes now_held = held_bytes(session, kNoBody, reply.data);
  now_held.body_.release();
  held.length_bytes_ = now_held.length_bytes_;
  held.start_ = std::move(now_held.start_);
}

Task<Bytes> read_held(const HeldBytes& held) {
  if (held.length_bytes() == 0) co_return Bytes();
  const auto length_bytes = static_cast<std::uint32_t>(held.length_bytes());
  Reply reply =
      co_await Perform(body_effect(EffectKind::collect, held.handle(), {length_bytes, kNoLimitMs}));
  co_await upstream_outcome(reply);
  co_return std::move(reply.data);
}

}  // namespace fluxgate
