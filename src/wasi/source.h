// Bytes that come piece by piece.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "effect/effect.h"
#include "wit/poll_set.h"

namespace fluxgate::wasi {

/// Most bytes of one read: so many that the cost of the call hardly matters.
constexpr std::uint32_t kMaxPieceBytes = 64 * 1024;

/// Most pieces that an operation takes before others get their turn: 1 MiB, which takes
/// milliseconds.
constexpr int kPiecesInTurn = 16;

/// The result of a read: `ok` with bytes, `ok` without bytes when none have come yet, `end`, or how
/// the body has failed.
struct Piece {
  ReplyCode code;
  Bytes bytes;
};

/// One use of a body. Destroying it drops what was not read.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// Reads without waiting.
  virtual Piece read(std::uint32_t max_bytes, Instant now) = 0;
  /// Adds to `polls` the wait for more bytes; sets `ready` when they are there.
  virtual void wait_in(PollSet& polls, bool& ready) = 0;
  /// How many bytes are still to come; nothing when nobody has said so.
  virtual std::optional<std::uint64_t> left_bytes() const = 0;
  /// Gives the last bytes of the last read back: the next one begins with them.
  virtual void put_back(Bytes bytes) = 0;

  /// While nobody reads the body, the rest of the call that it answers goes on: adds the wait for
  /// that, and does it.
  virtual void wait_for_call_in(PollSet&, bool&) {}
  virtual void advance_call(Instant) {}
};

}  // namespace fluxgate::wasi
