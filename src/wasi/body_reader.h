// Reads the body of the client's request or of an upstream's answer.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "effect/effect.h"
#include "http/headers.h"
#include "wasi/body_writer.h"
#include "wasi/poll_set.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// Most bytes of one read: so many that the cost of the call hardly matters.
constexpr std::uint32_t kMaxPieceBytes = 64 * 1024;

/// The length that a head promises for its body; nothing when it promises none.
std::optional<std::uint64_t> declared_length_bytes(const Headers& headers);

/// The result of a read: `ok` with bytes, `ok` without bytes when none have come yet, `end` or
/// `failed`.
struct Piece {
  ReplyCode code;
  Bytes bytes;
};

/// One body, unread or partly read. Destroying the reader drops the body.
class BodyReader {
 public:
  /// Reads the client's body; `request` must outlive this.
  BodyReader(const IncomingRequest& request, std::optional<std::uint64_t> length_bytes);
  /// Reads an upstream's body. `upload` sends the rest of the request: an upstream may answer
  /// before it has read everything.
  BodyReader(IncomingResponse response, std::optional<std::uint64_t> length_bytes,
             BodyWriter upload);
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  /// Reads without waiting. A body that ends before its declared length has failed.
  Piece read(std::uint32_t max_bytes);
  /// Adds to `polls` the wait for more bytes.
  void wait_in(PollSet& polls, bool& ready);

  std::optional<std::uint64_t> length_bytes() const { return length_bytes_; }

 private:
  void open(const RawHandleResult& body);

  std::optional<BodyWriter> upload_;
  IncomingResponse response_;  ///< None for the client's body.
  IncomingBody body_;
  InputStream stream_;
  Pollable readable_;  ///< Made when first needed.
  std::optional<std::uint64_t> length_bytes_;
  std::uint64_t read_bytes_ = 0;
};

}  // namespace fluxgate::wasi
