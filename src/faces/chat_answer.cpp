#include "faces/chat_answer.h"

#include <utility>

#include "exchange/patience.h"
#include "faces/making_facts.h"
#include "json/writer.h"
#include "openai/chat_completion.h"
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

/// Counts one more as long as it lives.
class Counted {
 public:
  explicit Counted(std::uint32_t& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  std::uint32_t& count_;
};

}  // namespace

ChatAnswer::ChatAnswer(Exchange& exchange, const Model& model, const ChatRequest& request)
    : exchange_(exchange),
      model_(model),
      streams_(request.streams),
      shows_reasoning_(exchange.config().show_reasoning),
      usage_chunk_(request.usage_chunk),
      created_unix_s_(exchange.session().now_ms() / 1000),
      chunks_("chatcmpl-" + exchange.id(), created_unix_s_, model.id, usage_chunk_),
      thinking_share_(exchange.instance().load().text_bytes.take_nothing()) {}

Task<> ChatAnswer::while_working(Task<> work) {
  if (!streams_) {
    co_await std::move(work);
    co_return;
  }
  Response head = stream_head();
  chunks_.append_role(head.body);
  last_sent_ms_ = exchange_.session().now_ms();
  co_await exchange_.begin_events(std::move(head));
  Task<> comments = send_comments();
  if (co_await when_any(work, comments) == 1) co_await std::move(comments);  // The client left.
  co_await std::move(work);
}

void ChatAnswer::hear_thinking(std::string_view text) {
  if (!shows_reasoning_ || text.empty()) return;
  if (streams_) {
    chunks_.append_reasoning(pending_, text);
    return;
  }
  const std::size_t grown_bytes = 2 * (thinking_.size() + text.size());  // By doubling.
  thinking_fits_ = thinking_fits_ && thinking_share_.resize(grown_bytes, kMaxTextBytesForExtras);
  if (thinking_fits_) thinking_ += text;
}

void ChatAnswer::hear_text(std::string_view text) {
  if (!streams_ || text.empty()) return;
  heard_text_bytes_ += text.size();
  chunks_.begin_content(pending_);
  pending_ += json::escape(std::string(text));
  chunks_.end_content(pending_);
}

void ChatAnswer::hear_progress(std::string_view line) {
  if (shows_reasoning_ && streams_) chunks_.append_reasoning(pending_, line);
}

Task<> ChatAnswer::flush() {
  if (pending_.empty()) co_return;
  const Counted on_its_way(write_count_);
  co_await exchange_.send(std::exchange(pending_, {}));
  last_sent_ms_ = exchange_.session().now_ms();
}

Task<> ChatAnswer::finish(std::vector<std::string> content, Usage usage, PromptOrigin origin) {
  if (!streams_) {
    co_await send_whole(std::move(content), usage, origin);
    co_return;
  }
  Pieces pieces(std::exchange(pending_, {}));
  chunks_.begin_content(pieces.back());
  for (std::size_t at = 0; at < content.size(); ++at) {
    const bool is_large = content[at].size() > kLargePartBytes;
    pieces.append(json::escape(std::move(content[at])));
    if (!is_large || at + 1 == content.size()) continue;
    chunks_.end_content(pieces.back());
    chunks_.begin_content(pieces.back());
  }
  chunks_.end_content(pieces.back());
  usage.cost = making_.cost;
  chunks_.append_end(pieces.back(), usage, write_facts(origin, making_));
  pieces.back() += sse::kDone;
  // Not by flush(): a comment's flush() that is about to begin would take all of it, and this one
  // find nothing to wait for.
  const Counted on_its_way(write_count_);
  for (std::string& piece : pieces.list()) co_await exchange_.send(std::move(piece));
  exchange_.end();
}

Task<> ChatAnswer::send_comments() {
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

Task<> ChatAnswer::send_whole(std::vector<std::string> content, Usage usage, PromptOrigin origin) {
  ChatCompletion completion;
  completion.id = "chatcmpl-" + exchange_.id();
  completion.created_unix_s = created_unix_s_;
  completion.model = model_.id;
  completion.content = std::move(content);
  completion.reasoning = std::move(thinking_);
  completion.usage = usage;
  completion.usage.cost = making_.cost;
  Response response = json_response(200, "");
  append_facts(response, origin, making_);
  co_await exchange_.respond(std::move(response), write_chat_completion(std::move(completion)));
}

}  // namespace fluxgate
