// An effect that is under way.
#pragma once

#include <optional>
#include <utility>

#include "effect/effect.h"
#include "wit/poll_set.h"

namespace fluxgate::wasi {

/// An operation is destroyed when it has replied; destroying it before cancels it.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  /// Goes as far as it can without waiting. Called at the start, and whenever something has become
  /// ready. Gives the reply when the operation has ended.
  virtual std::optional<Reply> advance(Instant now) = 0;
  /// Adds to `polls` what the operation waits for; sets `ready` when that has already happened. It
  /// adds nothing when it waits for the client to take more of our answer: ClientAnswer does.
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
