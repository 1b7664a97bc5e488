// Sending bytes: the body of our answer, or of a request to an upstream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wasi/poll_set.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// Gives bytes to an outgoing body as its stream takes them, never more than it permits. Move-only.
/// Destroying it before its end drops the body unfinished: its reader sees that it is not whole.
///
/// The stream is never flushed. HTTP hosts send what they have taken without being asked; and in
/// jco 1.35 a flush blocks the whole process until the reader has taken everything, for good when
/// that reader has gone.
class BodyWriter {
 public:
  /// Without a body it has failed from the start.
  explicit BodyWriter(OutgoingBody body);

  /// Sends what is taken at once and keeps a copy of the rest.
  void write(std::string_view bytes);
  /// A good end, as soon as everything was taken.
  void end();
  /// Sends nothing more, and hands over the body; none when it has its end.
  OutgoingBody give_up();

  /// Goes on with what is kept.
  void advance();
  /// Waits for the stream to take more, if something is kept.
  void wait_in(PollSet& polls, bool& ready);

  /// How many bytes write() was given, and how many of them the stream has taken.
  std::uint64_t given_bytes() const { return given_bytes_; }
  std::uint64_t taken_bytes() const { return taken_bytes_; }
  /// Some of them wait to be taken.
  bool keeps_bytes() const { return kept_from_ < kept_.size(); }
  /// The stream takes nothing any more.
  bool failed() const { return state_ == State::failed; }
  /// The good end was reached.
  bool ended() const { return state_ == State::ended; }

 private:
  enum class State { open, ending, ended, failed };

  /// Gives how many of `bytes` the stream takes now.
  std::size_t send(std::string_view bytes);
  bool is_sending() const { return state_ == State::open || state_ == State::ending; }

  OutgoingBody body_;
  OutputStream stream_;
  Pollable writable_;  ///< Made when first needed.
  std::string kept_;
  std::size_t kept_from_ = 0;  ///< Where in `kept_` the bytes begin that were not taken.
  std::uint64_t given_bytes_ = 0;
  std::uint64_t taken_bytes_ = 0;
  State state_ = State::open;
};

/// A good end. Where the bytes are not as many as content-length said, the host breaks the
/// transfer.
void finish(OutgoingBody body);

}  // namespace fluxgate::wasi
