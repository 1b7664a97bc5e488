#include "exchange/event_stream.h"

#include <utility>

#include "exchange/patience.h"
#include "sse/encoder.h"

namespace fluxgate {
namespace {

Response stream_head() {
  Response response;
  response.status = 200;
  response.headers.append("content-type", "text/event-stream; charset=utf-8")
      .append("cache-control", "no-store")
      .append("x-content-type-options", "nosniff")
      .append("x-accel-buffering", "no");  // nginx would keep the chunks back.
  return response;
}

}  // namespace

Task<> EventStream::while_working(std::string first, Task<> work) {
  Response head = stream_head();
  head.body = std::move(first);
  last_sent_ms_ = exchange_.session().now_ms();
  co_await exchange_.begin_events(std::move(head));
  Task<> comments = send_comments();
  if (co_await when_any(work, comments) == 1) co_await std::move(comments);  // The client left.
  co_await std::move(work);
}

Task<> EventStream::flush() {
  if (pending_.empty()) co_return;
  const Writing writing(*this);
  co_await exchange_.send(std::exchange(pending_, {}));
  last_sent_ms_ = exchange_.session().now_ms();
}

Task<> EventStream::finish(Pieces pieces) {
  // Not by flush(): a comment's flush() that is about to begin would take all of it, and this one
  // find nothing to wait for.
  const Writing writing(*this);
  for (std::string& piece : pieces.list()) co_await exchange_.send(std::move(piece));
  exchange_.end();
}

Task<> EventStream::send_comments() {
  const Session& session = exchange_.session();
  for (;;) {
    // A client that does not read, so that a write still waits, must not be given more.
    if (session.now_ms() - last_sent_ms_ >= kStreamSilenceMs && write_count_ == 0) {
      pending_ += sse::kKeepAlive;
      co_await flush();
    }
    const UnixMs silent_ms = session.now_ms() - last_sent_ms_;
    const UnixMs rest_ms =
        silent_ms < kStreamSilenceMs ? kStreamSilenceMs - silent_ms : kStreamSilenceMs;
    co_await Sleep(static_cast<std::uint32_t>(rest_ms));
  }
}

}  // namespace fluxgate
