#include "faces/chat_answer.h"

#include <utility>

#include "delivery/making_facts.h"
#include "exchange/long_wait.h"
#include "json/writer.h"
#include "openai/chat_completion.h"
#include "sse/encoder.h"

namespace fluxgate {

ChatAnswer::ChatAnswer(Exchange& exchange, const Model& model, const ChatRequest& request)
    : exchange_(exchange),
      model_(model),
      streams_(request.streams),
      shows_reasoning_(exchange.config().show_reasoning),
      usage_chunk_(request.usage_chunk),
      created_unix_s_(exchange.session().now_ms() / 1000),
      chunks_("chatcmpl-" + exchange.id(), created_unix_s_, model.id, usage_chunk_),
      thinking_share_(exchange.instance().load().text_bytes.take_nothing()),
      events_(exchange) {}

Task<> ChatAnswer::while_working(Task<> work) {
  if (!streams_) return while_client_waits(exchange_, std::move(work));
  std::string first;
  chunks_.append_role(first);
  return events_.while_working(std::move(first), std::move(work));
}

void ChatAnswer::hear_thinking(std::string_view text) {
  if (!shows_reasoning_ || text.empty()) return;
  if (streams_) {
    chunks_.append_reasoning(events_.pending(), text);
    return;
  }
  const std::size_t grown_bytes = 2 * (thinking_.size() + text.size());  // By doubling.
  thinking_fits_ = thinking_fits_ && thinking_share_.resize(grown_bytes, kMaxTextBytesForExtras);
  if (thinking_fits_) thinking_ += text;
}

void ChatAnswer::hear_text(std::string_view text) {
  if (!streams_ || text.empty()) return;
  heard_text_bytes_ += text.size();
  chunks_.begin_content(events_.pending());
  events_.pending() += json::escape(std::string(text));
  chunks_.end_content(events_.pending());
}

void ChatAnswer::hear_progress(std::string_view line) {
  if (shows_reasoning_ && streams_) chunks_.append_reasoning(events_.pending(), line);
}

Task<> ChatAnswer::finish(std::vector<std::string> content, Usage usage, PromptOrigin origin,
                          std::vector<Picture> pictures) {
  if (!streams_) {
    co_await send_whole(std::move(content), usage, origin, std::move(pictures));
    co_return;
  }
  Pieces pieces(std::exchange(events_.pending(), {}));
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
  const EventStream::Writing writing(events_);  // No comment may stand in a chunk.
  if (!pictures.empty()) {
    for (std::string& piece : pieces.list()) co_await exchange_.send(std::move(piece));
    LongAnswer answer(exchange_);
    chunks_.begin_images(answer.text());
    co_await add_pictures(answer, std::move(pictures));
    chunks_.end_images(answer.text());
    pieces = Pieces(std::move(answer.text()));
  }
  chunks_.append_end(pieces.back(), usage, write_facts(exchange_, origin, making_));
  pieces.back() += sse::kDone;
  co_await events_.finish(std::move(pieces));
}

Task<> ChatAnswer::send_whole(std::vector<std::string> content, Usage usage, PromptOrigin origin,
                              std::vector<Picture> pictures) {
  ChatCompletion completion;
  completion.id = "chatcmpl-" + exchange_.id();
  completion.created_unix_s = created_unix_s_;
  completion.model = model_.id;
  completion.content = std::move(content);
  completion.reasoning = std::move(thinking_);
  completion.usage = usage;
  completion.usage.cost = making_.cost;
  Response response = json_response(200, "");
  append_facts(response, exchange_, origin, making_);
  WrittenCompletion written = write_chat_completion(std::move(completion));
  if (pictures.empty()) {
    written.start.append(std::move(written.end));
    co_await exchange_.respond(std::move(response), std::move(written.start));
    co_return;
  }
  LongAnswer answer(exchange_);
  answer.set_head(std::move(response));
  for (const std::string& piece : written.start.list()) answer.text() += piece;
  answer.text() += R"(,"images":[)";
  co_await add_pictures(answer, std::move(pictures));
  answer.text() += ']';
  answer.text() += written.end;
  co_await answer.finish();
}

Task<> ChatAnswer::add_pictures(LongAnswer& answer, std::vector<Picture> pictures) {
  Exchange::Inside inside(exchange_);  // The chunk, or the whole answer.
  for (std::size_t index = 0; index < pictures.size(); ++index) {
    begin_image(answer.text(), index);
    const Result<ImageType> added =
        co_await attempt(answer.add_picture(pictures[index], LongAnswer::Writing::data_url));
    if (!added && answer.sent_count() == 0) inside.close();  // Nothing of it has gone out.
    if (!added) co_await Error(added.error());
    end_image(answer.text());
  }
  inside.close();
}

}  // namespace fluxgate
