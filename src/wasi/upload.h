// Sends the body of a request to an upstream.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasi/body_writer.h"
#include "wasi/flow.h"

namespace fluxgate::wasi {

/// Bytes of the core's own, and bodies that stand between them.
struct UploadParts {
  struct Insert {
    std::uint32_t place;  ///< How many of `bytes` stand before it.
    Flow flow;
  };
  std::string bytes;
  std::vector<Insert> inserts;

  /// The length of all of it; nothing when that of an insert is not known.
  std::optional<std::uint64_t> length_bytes() const;
};

/// Sends these parts, in their order, as they come and as the upstream takes them. Move-only.
/// Destroying it before the end lets the upstream see that the body is not whole.
class Upload {
 public:
  /// `declared_bytes`: the request's content-length.
  Upload(OutgoingBody body, UploadParts parts, std::optional<std::uint64_t> declared_bytes)
      : writer_(std::move(body)), parts_(std::move(parts)), declared_bytes_(declared_bytes) {}

  /// Goes as far as it can without waiting. Gives `ok` while nothing is wrong with the parts: how
  /// an insert has failed, or `failed` when they are not as long as was declared. (An upstream that
  /// takes no more says why in its answer.)
  ReplyCode advance(Instant now);
  /// Adds to `polls` what it waits for.
  void wait_in(PollSet& polls, bool& ready);

 private:
  /// Sends the next piece. Returns false when there is none for now.
  bool send_piece(Instant now);
  bool end();
  bool fail(ReplyCode outcome);
  /// Up to where the own bytes go next.
  std::size_t next_place() const {
    const std::size_t end = parts_.bytes.size();
    return parts_.inserts.empty() ? end : std::min<std::size_t>(end, parts_.inserts.front().place);
  }
  bool is_over() const { return writer_.failed() || writer_.ended() || writer_.is_ending(); }

  BodyWriter writer_;
  UploadParts parts_;
  std::optional<std::uint64_t> declared_bytes_;
  std::size_t at_ = 0;  ///< How many of the own bytes were sent.
  ReplyCode outcome_ = ReplyCode::ok;
};

}  // namespace fluxgate::wasi
