// What the operations on bodies have in common: how they ask, and how they end.
#pragma once

#include "effect/operations.h"

namespace fluxgate {

inline Effect body_effect(EffectKind kind, EffectId body, ReadLimits limits) {
  Effect effect(kind);
  effect.target = body;
  effect.max_bytes = limits.max_bytes;
  effect.time_ms = limits.idle_ms;
  effect.gather_ms = limits.gather_ms;
  return effect;
}

/// Did the host do what it was asked for, or come to the end of the body?
inline bool is_good(const Reply& reply) {
  return reply.is(ReplyCode::ok) || reply.is(ReplyCode::end);
}

/// Why reading or passing on an upstream's body has failed.
Error upstream_fault(const Reply& reply);

/// How reading or passing on an upstream's body ended.
inline Result<void> upstream_outcome(const Reply& reply) {
  if (is_good(reply)) return {};
  return upstream_fault(reply);
}

/// Why reading the client's body has failed.
Error request_fault(const Reply& reply, ReadLimits limits);

/// How reading the client's body ended.
inline Result<void> request_outcome(const Reply& reply, ReadLimits limits) {
  if (is_good(reply)) return {};
  return request_fault(reply, limits);
}

/// All of a body that is here.
Result<Bytes> whole_body(Body& body, ReadLimits limits);

}  // namespace fluxgate
