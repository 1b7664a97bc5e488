// What a coroutine can ask of the outside world. Each operation is one effect
// (src/effect/effect.h).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "effect/session.h"
#include "http/message.h"

namespace fluxgate {

/// The unread body of a response: the host holds it, or it came with its head. Destroying the Body
/// tells the host to drop it: an abandoned body keeps one of the few connections that a Worker has.
/// Move-only.
class Body {
 public:
  Body() = default;
  Body(Session& session, EffectId handle) : session_(&session), handle_(handle) {}
  explicit Body(Bytes whole) : whole_(std::move(whole)), is_here_(true) {}
  Body(Body&& other) noexcept
      : session_(std::exchange(other.session_, nullptr)),
        handle_(other.handle_),
        whole_(std::move(other.whole_)),
        taken_bytes_(other.taken_bytes_),
        is_here_(other.is_here_) {}
  Body& operator=(Body&& other) noexcept {
    std::swap(session_, other.session_);
    std::swap(handle_, other.handle_);
    std::swap(whole_, other.whole_);
    std::swap(taken_bytes_, other.taken_bytes_);
    std::swap(is_here_, other.is_here_);
    return *this;
  }
  ~Body() {
    if (session_ != nullptr) session_->cancel(handle_);
  }

  EffectId handle() const { return handle_; }
  /// The host has dropped the body by itself: it was read to its end, or it broke off.
  void release() { session_ = nullptr; }

  /// The body came with its head: take() and take_all() give its bytes without an effect.
  bool is_here() const { return is_here_; }
  /// The next bytes, `max_bytes` at most; none at the end.
  Bytes take(std::uint32_t max_bytes);
  /// All bytes that were not taken.
  Bytes take_all();

 private:
  Session* session_ = nullptr;
  EffectId handle_ = kNoBody;
  Bytes whole_;
  std::size_t taken_bytes_ = 0;
  bool is_here_ = false;
};

/// An upstream's answer: its head, and its body still to be read.
struct UpstreamResponse {
  int status = 0;
  Headers headers;
  Body body;
};

/// What a read gave: some bytes, or the end.
struct Chunk {
  Bytes bytes;
  bool end = false;
};

/// Limits of reading a body.
struct ReadLimits {
  std::uint32_t max_bytes;
  std::uint32_t idle_ms;  ///< Longest wait between two chunks.
  /// read_chunk(): the host may hold back bytes that come within so long of the last chunk, and
  /// give them in one piece. Reads of one body that gather must have the same max_bytes.
  std::uint32_t gather_ms = 0;
};

/// Makes the error of a limit that has passed.
using LateError = Error (*)();

/// How an upstream is called.
struct CallOptions {
  std::uint32_t head_ms =
      kNoLimitMs;  ///< Longest wait for the head; then fetch() fails with late().
  LateError late = nullptr;
  /// A body of at most so many bytes may come with its head: it needs no further effect.
  std::uint32_t inline_bytes = 0;
  /// A call that is given up must end at once, for it costs money as long as it goes on.
  bool ends_at_once = false;
};

/// Calls an upstream; redirects are not followed. Errors: upstream_unreachable (no answer came),
/// too_many_calls (nobody was called: the request has made kMaxExternalCalls), unsupported_by_host
/// (the host has no service for this binding:// URL).
Task<UpstreamResponse> fetch(Request request, CallOptions options = {});
/// Calls an upstream and sends the rest of `rest` behind the request's body, past the module's
/// memory. Errors: those of fetch() above, and those of collect() about `rest`.
Task<UpstreamResponse> fetch(Request request, Body rest, ReadLimits limits);
/// Calls an upstream with a body in which bytes that the host holds stand between the request's
/// own. They must outlive the call. The request says its own content-length.
Task<UpstreamResponse> fetch(Request request, std::vector<Insert> held, CallOptions options = {});

/// Reads the whole body. Errors: upstream_too_large, upstream_timeout (idle_ms without a byte),
/// upstream_bad_response (the body broke off).
Task<Bytes> collect(Body body, ReadLimits limits);

/// Reads the next bytes of a body, which must outlive the wait. Errors: those of collect().
Task<Chunk> read_chunk(Body& body, ReadLimits limits);

/// Reads the whole body of the client's request. `total_ms`: longest time for all of it. Errors:
/// request_too_large, request_timeout (idle_ms without a byte, or total_ms), client_closed.
Task<Bytes> collect_request_body(ReadLimits limits, std::uint32_t total_ms);

/// Reads the next bytes of the client's request. Errors: request_timeout, client_closed.
Task<Chunk> read_request_chunk(ReadLimits limits);

/// Sends our whole answer.
void respond(Session& session, Response response);

/// Sends the head of our answer, and the rest of `body` behind it, of which nobody hears any more.
void respond_with(Session& session, Response head, Body body);

/// Sends the head of our answer and its first bytes. pipe() and write() follow, then
/// Session::end_body(). Error: client_closed, also when the client does not take them in
/// `limit_ms`.
Task<> begin_response(Response response, std::uint32_t limit_ms = kNoLimitMs);

/// Sends more bytes of our answer and returns when the client's stream has room again. Error:
/// client_closed, also when it has none in `limit_ms`.
Task<> write(std::string bytes, std::uint32_t limit_ms = kNoLimitMs);

/// Sends the rest of `body` to the client, past the module's memory. Errors: those of collect(),
/// and client_closed.
Task<> pipe(Body body, ReadLimits limits, Coding coding = Coding::identity);

/// Gives what `work` gives. If that takes longer than `limit_ms`, cancels `work` and fails with
/// late().
template <class T>
Task<T> with_deadline(Task<T> work, std::uint32_t limit_ms, LateError late) {
  if (!co_await EndsWithin(work, limit_ms)) co_await late();
  if constexpr (std::is_void_v<T>) {
    co_await std::move(work);
  } else {
    co_return co_await std::move(work);
  }
}

}  // namespace fluxgate
