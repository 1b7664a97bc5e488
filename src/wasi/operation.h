// An effect that is under way.
#pragma once

#include <optional>
#include <utility>

#include "effect/effect.h"
#include "wasi/poll_set.h"

namespace fluxgate::wasi {

/// One that has replied is destroyed; destroying one before cancels it.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  /// Goes as far as it can without waiting, at the start and whenever something has become ready.
  /// Gives the reply when it has ended.
  virtual std::optional<Reply> advance(Instant now) = 0;
  /// What it waits for; `ready` at once when that has happened. Nothing, when it is only the client
  /// taking more of our answer: our answer waits for that.
  virtual void wait_in(PollSet& polls, bool& ready) = 0;
};

/// A reply without an HTTP status.
inline Reply reply_of(ReplyCode code, Bytes data = {}) {
  Reply reply;
  reply.code = static_cast<std::uint32_t>(code);
  reply.data = std::move(data);
  return reply;
}

}  // namespace fluxgate::wasi
