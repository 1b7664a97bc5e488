#include "llm/answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "answer/thinking.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "exchange/patience.h"
#include "llm/answer_beginning.h"
#include "llm/call.h"
#include "llm/completion_call.h"
#include "llm/completion_stream.h"
#include "llm/key_filter.h"
#include "llm/stream_delta_reader.h"
#include "openai/chat_completion.h"
#include "sse/decoder.h"

namespace fluxgate {
namespace {

/// A chat answer of 40 words has under 2 KiB; with thinking, up to some 100 KiB.
constexpr std::uint32_t kMaxAnswerBytes = 1024 * 1024;
/// Most bytes of an answer as events: some 200 bytes stand around each token.
constexpr std::size_t kMaxStreamBytes = 8 * 1024 * 1024;
/// An answer up to this length needs no share of the load: 256 such answers, twice over, are 2 MiB.
constexpr std::size_t kSmallAnswerBytes = 4 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// Most bytes of one read: enough for the deltas that come together.
constexpr std::uint32_t kReadBytes = 16 * 1024;

/// The error of a failed read, with its name in the log.
Error body_error(Error error) {
  if (error.code == ErrorCode::upstream_timeout) return llm_error("llm_stream_timeout", error.code);
  if (error.code == ErrorCode::upstream_too_large) return llm_error("llm_too_large");
  return llm_error("llm_stream_reset");
}

/// The server's answer while it comes.
struct Incoming {
  Body body;
  UnixMs patience_ms;  ///< How much longer we wait for the answer, all in all.
};

Task<Chunk> read_next(Incoming& incoming) {
  Session& session = co_await current_session();
  const UnixMs asked_ms = session.now_ms();
  const UnixMs limit_ms = std::clamp<UnixMs>(incoming.patience_ms, 1, kLlmIdleMs);
  Result<Chunk> chunk = co_await attempt(read_chunk(
      incoming.body, {kReadBytes, static_cast<std::uint32_t>(limit_ms), kThinkingFrameMs}));
  if (!chunk) co_return body_error(std::move(chunk).error());
  incoming.patience_ms -= session.now_ms() - asked_ms;
  if (incoming.patience_ms <= 0 && !chunk->end) {
    co_return llm_error("llm_stream_timeout", ErrorCode::upstream_timeout);
  }
  co_return chunk;
}

/// Resizes the share to an answer of held_bytes, in strings that grow by doubling.
Result<void> make_room(Budget::Share& share, std::size_t held_bytes) {
  const std::size_t counted_bytes = held_bytes > kSmallAnswerBytes ? 2 * held_bytes : 0;
  return share.resize(counted_bytes) ? Result<void>() : llm_error("llm_no_room");
}

/// The word of a turn stands within the first bytes.
constexpr std::size_t kMaxTurnLineBytes = 256;

/// Gathers the parts of an answer from one JSON text or from many deltas.
class Gathering {
 public:
  /// `keys`: those of the server, which nobody is told.
  Gathering(const LlmQuestion& question, const std::vector<std::string>& keys)
      : reads_turn_(question.reads_turn),
        wants_picture_(question.wants_picture),
        content_filter_(keys),
        reasoning_filter_(keys) {}

  /// The part of a Turn::text that can go to the client and has not been given.
  std::string new_text() {
    const std::string_view so_far = splitter_.answer_so_far();
    if (wants_picture_) return {};
    if (!reads_turn_ || so_far.size() < seen_bytes_) {  // What was told was thinking.
      reads_turn_ = false;
      return {};
    }
    if (text_at_ == kNowhere && so_far.size() <= kMaxTurnLineBytes) {
      const TurnReading reading = read_turn(so_far);
      if (reading.certain && reading.turn == Turn::text) text_at_ = reading.rest_at;
    }
    if (text_at_ == kNowhere) return {};
    const std::size_t from = std::max(seen_bytes_, text_at_);
    seen_bytes_ = so_far.size();
    return filter_.push(so_far.substr(from));
  }
  /// Has any of it been given?
  bool has_told_text() const { return text_at_ != kNowhere; }
  /// The server's count, or an estimate.
  Usage usage(std::size_t question_bytes) const {
    return usage_.value_or(
        Usage{estimate_token_count(question_bytes), estimate_token_count(taken_bytes_)});
  }

  /// Takes a part of the answer and gives the thinking that is new in it.
  Result<std::string> take(std::string_view content, std::string_view reasoning) {
    taken_bytes_ += content.size() + reasoning.size();
    if (taken_bytes_ > kMaxAnswerBytes) return llm_error("llm_too_large");
    return split(content_filter_.push(content), reasoning_filter_.push(reasoning));
  }
  /// The thinking that was held back until the end of the answer.
  std::string take_rest() { return split(content_filter_.finish(), reasoning_filter_.finish()); }

  void take_end(std::string_view finish_reason, const std::optional<Usage>& usage) {
    if (!finish_reason.empty()) finish_reason_ = finish_reason;
    if (usage) usage_ = usage;
  }
  bool has_end() const { return !finish_reason_.empty(); }
  std::size_t held_bytes() const { return splitter_.held_bytes(); }

  /// Call once.
  Result<LlmAnswer> answer(std::string (*clean)(std::string_view), std::size_t question_bytes) {
    if (finish_reason_ == "content_filter") return llm_error("llm_content_filter");
    const ThinkSplit whole = splitter_.finish();
    if (whole.unclosed) return llm_error("llm_think_unclosed");
    LlmAnswer answer;
    const TurnReading reading =
        reads_turn_ ? read_turn(whole.answer) : TurnReading{Turn::picture, whole.answer, 0, true};
    answer.turn = reading.turn;
    if (reading.turn == Turn::text && wants_picture_) return llm_error("llm_text");
    if (reading.turn == Turn::text) {
      TextFilter filter;
      answer.text = filter.push(reading.rest);
      answer.text += filter.finish();
    } else {
      answer.text = clean(reading.rest);
    }
    if (answer.text.empty()) return llm_error("llm_empty_prompt");
    answer.usage = usage(question_bytes);
    answer.thinking = std::move(thinking_);
    return answer;
  }

 private:
  std::string split(std::string_view content, std::string thinking) {
    thinking += splitter_.push(content);
    if (thinking_.size() < kMaxLogTextBytes) thinking_ += utf8_prefix(thinking, kMaxLogTextBytes);
    return thinking;
  }

  bool reads_turn_;
  bool wants_picture_;
  KeyFilter content_filter_;
  KeyFilter reasoning_filter_;
  ThinkSplitter splitter_;
  TextFilter filter_;
  std::size_t text_at_ = kNowhere;  ///< Where the text of a Turn::text begins, once it has.
  std::size_t seen_bytes_ = 0;      ///< Of the answer, by new_text().
  std::string thinking_;            ///< The beginning of the thinking.
  std::size_t taken_bytes_ = 0;     ///< Content and thinking.
  std::string finish_reason_;
  std::optional<Usage> usage_;
};

/// An answer that comes as events.
struct EventStream {
  sse::Decoder decoder;
  StreamDeltaReader reader;
};

/// Takes all events that the chunk has completed. Returns whether the stream is at its end.
Result<bool> take_events(EventStream& stream, Gathering& gathering, Audience& audience) {
  std::string thinking;
  bool ended = false;
  for (;;) {
    Result<std::optional<sse::Event>> event = stream.decoder.next();
    if (!event) return llm_error("llm_too_large");
    ended = *event && ends_stream((*event)->data);
    if (!*event || ended) break;
    if ((*event)->type == "error") {
      return llm_error("llm_error_in_stream", ErrorCode::upstream_error);
    }
    Result<StreamDelta> delta = stream.reader.read((*event)->data);
    if (!delta) return std::move(delta).error();
    Result<std::string> news = gathering.take(delta->content, delta->reasoning);
    if (!news) return std::move(news).error();
    thinking += *news;
    gathering.take_end(delta->finish_reason, delta->usage);
  }
  if (ended) thinking += gathering.take_rest();
  audience.hear_thinking(thinking);
  if (audience.hears_live()) audience.hear_text(gathering.new_text());
  return ended;
}

/// Reads events until the stream ends, with `[DONE]` or, behind a finish_reason, without.
Task<> gather_stream(Incoming& incoming, Bytes first, Gathering& gathering, Audience& audience,
                     Budget::Share& share) {
  EventStream stream;
  Chunk chunk{std::move(first)};
  for (std::size_t total_bytes = 0; !chunk.end;) {
    total_bytes += chunk.bytes.size_bytes();
    if (total_bytes > kMaxStreamBytes) co_await llm_error("llm_too_large");
    stream.decoder.push(std::move(chunk.bytes));
    if (co_await take_events(stream, gathering, audience)) co_return;
    co_await make_room(share, stream.decoder.held_bytes() + gathering.held_bytes());
    co_await audience.flush();
    chunk = co_await read_next(incoming);
  }
  audience.hear_thinking(gathering.take_rest());
  if (audience.hears_live()) audience.hear_text(gathering.new_text());
  if (!gathering.has_end() && !ends_stream(stream.decoder.finish())) {
    co_await llm_error("llm_stream_truncated");
  }
}

/// Reads one JSON text.
Task<> gather_whole(Incoming& incoming, Bytes first, Gathering& gathering, Audience& audience,
                    Budget::Share& share) {
  std::string text(first.view());
  for (Chunk chunk; !chunk.end; text += chunk.bytes.view()) {
    if (text.size() > kMaxAnswerBytes) co_await llm_error("llm_too_large");
    co_await make_room(share, text.size());
    chunk = co_await read_next(incoming);
  }
  const Completion completion = co_await read_completion(std::exchange(text, {}));
  audience.hear_thinking(co_await gathering.take(completion.content, completion.reasoning));
  audience.hear_thinking(gathering.take_rest());
  gathering.take_end(completion.finish_reason, completion.usage);
}

/// Reads the first bytes that are neither white space nor a byte order mark; up to kMaxStreamBytes
/// of white space is dropped. Empty when the answer ends before.
Task<Bytes> read_first_bytes(Incoming& incoming) {
  std::string mark;  // The part of a byte order mark that came so far.
  for (std::size_t total_bytes = 0; total_bytes <= kMaxStreamBytes;) {
    Chunk chunk = co_await read_next(incoming);
    if (chunk.end) co_return Bytes();
    total_bytes += chunk.bytes.size_bytes();
    std::string_view text = trim(chunk.bytes.view());
    while (!text.empty() && mark.size() < kByteOrderMark.size() &&
           text.front() == kByteOrderMark[mark.size()]) {
      mark.push_back(text.front());
      text.remove_prefix(1);
    }
    if (mark.size() == kByteOrderMark.size()) text = trim(text);
    if (text.empty()) continue;
    const auto skipped_bytes = static_cast<std::size_t>(text.data() - chunk.bytes.view().data());
    if (skipped_bytes == 0) co_return std::move(chunk.bytes);
    co_return Bytes::copy_of(chunk.bytes.view().substr(skipped_bytes));
  }
  co_return llm_error("llm_too_large");
}

Task<LlmAnswer> ask(LlmCall& call, LlmQuestion question, Audience& audience, Budget::Share& share) {
  const std::size_t question_bytes = question.body.size();
  UpstreamResponse answer =
      co_await send_to_llm(call, std::move(question.body), question.form, kLlmHeadersMs);
  share.shrink_to(0);
  const Session& session = co_await current_session();
  const bool reasons = call.settings.mode == OptimiserMode::reasoning;
  const UnixMs total_ms = reasons ? kThinkingLlmTotalMs : kLlmTotalMs;
  Incoming incoming{std::move(answer.body), total_ms - (session.now_ms() - call.asked_ms)};
  Gathering gathering(question, call.settings.keys);
  Bytes first = co_await read_first_bytes(incoming);
  if (first.empty()) co_return llm_error("llm_empty_body");
  if (starts_like_events(first.view())) {
    Result<void> gathered =
        co_await attempt(gather_stream(incoming, std::move(first), gathering, audience, share));
    const bool is_gone = !gathered && gathered.error().code == ErrorCode::client_closed;
    if (!gathered && (is_gone || !gathering.has_told_text())) co_return std::move(gathered).error();
  } else {
    co_await gather_whole(incoming, std::move(first), gathering, audience, share);
  }
  Result<LlmAnswer> whole = gathering.answer(question.clean, question_bytes);
  // A text that has begun is never followed by a picture: what was told is the answer.
  if (gathering.has_told_text() && (!whole || whole->turn != Turn::text)) {
    LlmAnswer told;
    told.turn = Turn::text;
    told.usage = gathering.usage(question_bytes);
    co_return std::move(told);
  }
  LlmAnswer said = co_await std::move(whole);
  share.shrink_to(said.text.size());
  co_return std::move(said);
}

}  // namespace

Task<LlmAnswer> ask_llm(Exchange& exchange, Audience& audience, LlmQuestion question,
                        Budget::Share& share) {
  LlmCall call(exchange);
  Result<LlmAnswer> answer = co_await attempt(ask(call, std::move(question), audience, share));
  if (!answer) share.shrink_to(0);
  if (!answer && answer.error().code == ErrorCode::client_closed) co_return answer;
  log_llm_call(call, answer ? nullptr : &answer.error());
  co_return answer;
}

}  // namespace fluxgate
