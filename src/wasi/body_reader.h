// Reading the body of the client's request, or of an upstream's answer.
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

/// Most bytes of one read: enough that the cost of a call does not count.
constexpr std::uint32_t kMaxPieceBytes = 64 * 1024;

/// The length that a head promises for its body; nothing when it promises none.
std::optional<std::uint64_t> declared_length_bytes(const Headers& headers);

/// What a read gave: `ok` and bytes, `ok` without bytes when none are there yet, `end` or `failed`.
struct Piece {
  ReplyCode code;
  Bytes bytes;
};

/// One body, unread or in part. Destroying it lets go of it.
class BodyReader {
 public:
  /// The client's; `request` must outlive this.
  BodyReader(const IncomingRequest& request, std::optional<std::uint64_t> length_bytes);
  /// An upstream's. `upload` is what is left to send of the request that it answers: an upstream
  /// may answer before it has read everything.
  BodyReader(IncomingResponse response, std::optional<std::uint64_t> length_bytes,
             BodyWriter upload);
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  /// Never waits. A body that ends before its declared length has failed.
  Piece read(std::uint32_t max_bytes);
  /// Waits for more.
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
