// Sends the body of our answer or of a request to an upstream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wit/poll_set.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// Gives bytes to an outgoing body, never more than its stream permits. Move-only. Destroying the
/// writer before the end drops the body unfinished, and the peer sees that it is not whole.
///
/// The stream is never flushed: HTTP hosts send what they have taken anyway, and in jco 1.35 a
/// flush blocks the whole process until the peer has taken everything, forever when the peer has
/// gone.
class BodyWriter {
 public:
  /// A writer without a body has failed from the start.
  explicit BodyWriter(OutgoingBody body);

  /// Sends the bytes that the stream takes now and keeps a copy of the rest.
  void write(std::string_view bytes);
  /// Ends the body well as soon as the stream has taken everything.
  void end();
  /// Sends nothing more and hands over the body; none when the body is at its end.
  OutgoingBody give_up();

  /// Sends kept bytes as far as the stream takes them.
  void advance();
  /// Adds to `polls` the wait for the stream to take more, if bytes are kept.
  void wait_in(PollSet& polls, bool& ready);

  /// How many bytes write() was given, and how many of them the stream has taken.
  std::uint64_t given_bytes() const { return given_bytes_; }
  std::uint64_t taken_bytes() const { return taken_bytes_; }
  /// Do bytes wait to be taken?
  bool keeps_bytes() const { return kept_from_ < kept_.size(); }
  /// The stream takes no more bytes.
  bool failed() const { return state_ == State::failed; }
  /// end() was called, and the good end waits for kept bytes.
  bool is_ending() const { return state_ == State::ending; }
  /// The good end was reached.
  bool ended() const { return state_ == State::ended; }

 private:
  enum class State { open, ending, ended, failed };

  /// Sends bytes and returns how many the stream has taken.
  std::size_t send(std::string_view bytes);
  bool is_sending() const { return state_ == State::open || state_ == State::ending; }

  OutgoingBody body_;
  OutputStream stream_;
  Pollable writable_;  ///< Made when first needed.
  std::string kept_;
  std::size_t kept_from_ = 0;  ///< Where in `kept_` the bytes begin that still wait.
  std::uint64_t given_bytes_ = 0;
  std::uint64_t taken_bytes_ = 0;
  State state_ = State::open;
};

/// Ends the body well. If it has not the length that content-length declared, the host breaks the
/// transfer.
void finish(OutgoingBody body);

}  // namespace fluxgate::wasi
