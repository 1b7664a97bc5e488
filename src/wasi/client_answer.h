// Sends our answer to the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "effect/effect.h"
#include "wasi/body_writer.h"
#include "wit/poll_set.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// Longest wait for a client to take any bytes. Its request holds a place meanwhile, the only one
/// on hosts that serve one request after the other. The core gives clients the same time.
constexpr std::uint32_t kClientStallMs = 60'000;

/// Destroying the answer before its end breaks the transfer.
class ClientAnswer {
 public:
  explicit ClientAnswer(ResponseOutparam outparam) : outparam_(std::move(outparam)) {}
  ClientAnswer(const ClientAnswer&) = delete;
  ClientAnswer& operator=(const ClientAnswer&) = delete;
  ~ClientAnswer();

  /// Sends the head; call it once and first. `lines`: the header section. An answer without a body
  /// (to HEAD, 204, 304) also needs begin() and end().
  void begin(std::uint32_t status, std::string_view lines);
  /// Sends more of the body. Returns the place in the body behind these bytes.
  std::uint64_t write(std::string_view bytes, Instant now);
  void end(BodyMode how);

  /// Sends bytes that the client has not taken yet.
  void advance(Instant now);
  /// Adds to `polls` the wait for the client, if it has not taken everything.
  void wait_in(PollSet& polls, bool& ready);

  /// Has the client taken everything up to `place`?
  bool has_taken(std::uint64_t place) const { return body_->taken_bytes() >= place; }
  /// The client takes no more bytes: its stream has failed, or it took none for kClientStallMs.
  bool client_gone() const { return client_gone_; }
  /// The end was reached, good or bad.
  bool has_ended() const { return body_ && (body_->ended() || body_->failed()); }

 private:
  ResponseOutparam outparam_;
  std::optional<BodyWriter> body_;
  Instant patient_until_ = kNever;  ///< Holds while bytes wait to be taken.
  bool client_gone_ = false;
};

}  // namespace fluxgate::wasi
