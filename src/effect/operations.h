// What a coroutine can ask of the outside world. Each operation is one effect
// (src/effect/effect.h).
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "effect/session.h"
#include "http/message.h"

namespace fluxgate {

/// The unread body of a response, which the host holds. Destroying the Body tells the host to drop
/// it: an abandoned body keeps one of the few connections that a Worker has. Move-only.
class Body {
 public:
  Body() = default;
  Body(Session& session, EffectId handle) : session_(&session), handle_(handle) {}
  Body(Body&& other) noexcept
      : session_(std::exchange(other.session_, nullptr)), handle_(other.handle_) {}
  Body& operator=(Body&& other) noexcept {
    std::swap(session_, other.session_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Body() {
    if (session_ != nullptr) session_->cancel(handle_);
  }

  EffectId handle() const { return handle_; }
  /// The host has dropped the body by itself: it was read to its end, or it broke off.
  void release() { session_ = nullptr; }

 private:
  Session* session_ = nullptr;
  EffectId handle_ = kNoBody;
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

/// Calls an upstream; redirects are not followed. Errors: upstream_unreachable (no answer came),
/// unsupported_by_host (the host has no service for this binding:// URL).
Task<UpstreamResponse> fetch(Request request);
/// Calls an upstream and sends the rest of `rest` behind the request's body, past the module's
/// memory. Errors: those of fetch() above, and those of collect() about `rest`.
Task<UpstreamResponse> fetch(Request request, Body rest, ReadLimits limits);

/// Reads the whole body. Errors: upstream_too_large, upstream_timeout (idle_ms without a byte),
/// upstream_bad_response (the body broke off).
Task<Bytes> collect(Body body, ReadLimits limits);

/// Reads the next bytes of a body, which must outlive the wait. Errors: those of collect().
Task<Chunk> read_chunk(Body& body, ReadLimits limits);

/// Reads the whole body of the client's request. Errors: request_too_large, request_timeout
/// (idle_ms without a byte), client_closed.
Task<Bytes> collect_request_body(ReadLimits limits);

/// Sends our whole answer. Error: client_closed.
Task<> respond(Response response);

/// Sends the head of our answer and its first bytes. pipe() and write() follow, then
/// Session::end_body(). Error: client_closed.
Task<> begin_response(Response response);

/// Sends more bytes of our answer and returns when the client's stream has room again. Error:
/// client_closed.
Task<> write(std::string bytes);

/// Sends the rest of `body` to the client, past the module's memory. Errors: those of collect(),
/// and client_closed.
Task<> pipe(Body body, ReadLimits limits);

/// Returns when the client has gone away; most often never.
Task<> client_leaves();

/// Returns after `time_ms`.
Task<> sleep(std::uint32_t time_ms);

/// Gives what `work` gives. If that takes longer than `limit_ms`, cancels `work` and fails with
/// `late`.
template <class T>
Task<T> with_deadline(Task<T> work, std::uint32_t limit_ms, Error late) {
  Task<> timer = sleep(limit_ms);
  if (co_await when_any(work, timer) == 1) co_await std::move(late);
  if constexpr (std::is_void_v<T>) {
    co_await std::move(work);
  } else {
    co_return co_await std::move(work);
  }
}

}  // namespace fluxgate
