// Our answer on its way to the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "effect/effect.h"
#include "wasi/body_writer.h"
#include "wasi/poll_set.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// Longest wait for a client to take anything of what it is sent: it holds a place, and on hosts
/// that serve one request after the other the only one. The core gives its streams the same time.
constexpr std::uint32_t kClientStallMs = 60'000;

/// Destroying it before its end breaks the transfer.
class ClientAnswer {
 public:
  explicit ClientAnswer(ResponseOutparam outparam) : outparam_(std::move(outparam)) {}
  ClientAnswer(const ClientAnswer&) = delete;
  ClientAnswer& operator=(const ClientAnswer&) = delete;
  ~ClientAnswer();

  /// Sends the head; once, before all else. `lines`: the header section. An answer without bytes
  /// (to HEAD, 204, 304) is begun and ended.
  void begin(std::uint32_t status, std::string_view lines);
  /// More of the body. Gives the place in it behind these bytes.
  std::uint64_t write(std::string_view bytes, Instant now);
  void end(BodyMode how);

  /// Goes on with what the client has not taken yet.
  void advance(Instant now);
  /// Waits for the client to take more, if it has not taken all.
  void wait_in(PollSet& polls, bool& ready);

  /// Everything up to this place.
  bool has_taken(std::uint64_t place) const { return body_->taken_bytes() >= place; }
  /// It takes nothing any more: its stream has failed, or it took nothing for kClientStallMs.
  bool client_gone() const { return client_gone_; }
  /// The end was reached, good or bad.
  bool has_ended() const { return body_ && (body_->ended() || body_->failed()); }

 private:
  ResponseOutparam outparam_;
  std::optional<BodyWriter> body_;
  Instant patient_until_ = kNever;  ///< Counts while bytes wait to be taken.
  bool client_gone_ = false;
};

}  // namespace fluxgate::wasi
