// A session under test, and the host that its test plays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "effect/operations.h"
#include "effect/session.h"

namespace fluxgate {

using Kinds = std::vector<EffectKind>;

inline Error some_error(const char* message) {
  return Error(ErrorCode::upstream_error, message);
}

inline Reply ok_reply(std::string_view data = "") {
  return Reply{static_cast<std::uint32_t>(ReplyCode::ok), Bytes::copy_of(data)};
}

inline Reply code_reply(ReplyCode code, std::string_view data = "") {
  return Reply{static_cast<std::uint32_t>(code), Bytes::copy_of(data)};
}

/// An answer with all of its body.
inline Reply whole_reply(std::string_view body, std::string_view header_lines = "") {
  return Reply{200, Bytes::copy_of(header_lines), true, Bytes::copy_of(body)};
}

inline Kinds kinds_of(const std::vector<Effect>& effects) {
  Kinds kinds;
  for (const Effect& effect : effects) kinds.push_back(effect.kind);
  return kinds;
}

/// Runs the root under test. Each of these gives the batch that the call leaves.
class Conversation {
 public:
  explicit Conversation(Task<> root) : session(0, Randomness{}) { session.run(std::move(root)); }

  std::vector<Effect> take() { return session.next_batch(); }
  Kinds take_kinds() { return kinds_of(take()); }
  std::vector<Effect> reply(EffectId id, Reply reply, UnixMs now_ms = 0) {
    session.reply(id, std::move(reply), now_ms);
    return take();
  }
  std::vector<Effect> wake(UnixMs now_ms) {
    session.wake(now_ms);
    return take();
  }
  std::vector<Effect> client_left(UnixMs now_ms = 0) {
    session.client_left(now_ms);
    return take();
  }

  Session session;
};

}  // namespace fluxgate
