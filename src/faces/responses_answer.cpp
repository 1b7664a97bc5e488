#include "faces/responses_answer.h"

#include <algorithm>
#include <utility>

#include "delivery/making_facts.h"
#include "exchange/long_wait.h"
#include "markdown/markdown.h"

namespace fluxgate {

ResponsesAnswer::ResponsesAnswer(Exchange& exchange, const ResponsesRequest& request,
                                 ResponsesIdentity identity)
    : exchange_(exchange),
      streams_(request.streams),
      wants_drafts_(request.draft_count > 0),
      shows_reasoning_(exchange.config().show_reasoning),
      writer_(std::move(identity)),
      thinking_share_(exchange.instance().load().text_bytes.take_nothing()),
      events_(exchange),
      answer_(exchange) {}

Task<> ResponsesAnswer::while_working(Task<> work) {
  if (!streams_) {
    co_await while_client_waits(exchange_, std::move(work));
    co_return;
  }
  std::string first;
  writer_.created(first);
  const Result<void> done =
      co_await attempt(events_.while_working(std::move(first), std::move(work)));
  if (done) co_return;
  if (done.error().code != ErrorCode::client_closed) co_await fail(done.error());
  co_await Error(done.error());
}

void ResponsesAnswer::hear_thinking(std::string_view text) {
  if (!shows_reasoning_ || text.empty()) return;
  const std::size_t grown_bytes = 2 * (thinking_bytes_ + text.size());  // By doubling.
  thinking_fits_ = thinking_fits_ && thinking_share_.resize(grown_bytes, kMaxTextBytesForExtras);
  if (!thinking_fits_) return;
  thinking_bytes_ += text.size();
  if (streams_) {
    writer_.reasoning_delta(events_.pending(), text);
  } else {
    thinking_ += text;
  }
}

void ResponsesAnswer::hear_text(std::string_view text) {
  if (!streams_ || text.empty()) return;
  writer_.text_delta(events_.pending(), text);
}

void ResponsesAnswer::hear_progress(std::string_view) {
  if (streams_) writer_.picture_call(events_.pending());
}

Task<> ResponsesAnswer::see_draft(std::string_view bytes) {
  if (!streams_ || !wants_drafts_) co_return;
  co_await events_.flush();
  const EventStream::Writing writing(events_);  // No comment may stand in an event.
  Exchange::Inside inside(exchange_);
  std::string& text = answer_.text();
  writer_.picture_call(text);
  writer_.begin_partial(text);
  const ImageType type = co_await answer_.add_file(bytes);
  writer_.end_partial(text, {{}, "auto", format_name(type)});
  co_await answer_.send();
  inside.close();
}

Task<> ResponsesAnswer::finish_text(std::string_view text, Usage usage) {
  message_ = text;
  if (streams_) {
    const std::size_t heard_bytes = std::min(writer_.message_text().size(), text.size());
    if (heard_bytes == 0 || heard_bytes < text.size()) {
      writer_.text_delta(events_.pending(), text.substr(heard_bytes));
    }
    message_ = writer_.message_text();
  } else {
    answer_.set_head(json_response(200, ""));
  }
  co_await write_last({"completed", nullptr, usage}, nullptr, {});
}

Task<> ResponsesAnswer::finish_picture(TalkAnswer made) {
  const Prompt& prompt = made.prompt;
  const Making& making = made.pictures.making;
  Picture& picture = made.pictures.list.front();
  std::vector<std::string> links;
  if (!picture.link.empty()) links.push_back(picture.link);
  for (const std::string& piece : write_picture_answer(
           std::move(links), {prompt.text, is_better(prompt.origin), std::move(made.note)})) {
    message_ += piece;
  }
  PictureItemFacts facts{prompt.text, size_text(making.fit.size), {}, made.changes_picture};
  if (streams_) {
    co_await write_picture_events(picture, facts);
    writer_.text_delta(answer_.text(), message_);
  } else {
    Response head = json_response(200, "");
    append_facts(head, exchange_, prompt.origin, making);
    answer_.set_head(std::move(head));
  }
  ResponsesState state{"completed", nullptr, prompt.usage,
                       write_facts(exchange_, prompt.origin, making)};
  state.usage.cost = making.cost;
  co_await write_last(std::move(state), &picture, facts);
}

Task<> ResponsesAnswer::write_picture_events(const Picture& picture, PictureItemFacts& facts) {
  co_await events_.flush();
  const EventStream::Writing writing(events_);  // No comment may stand in an event.
  std::string& text = answer_.text();
  writer_.picture_call(text);
  // Some programs show drafts alone: the picture is its own last one.
  if (wants_drafts_) {
    const Mark start = mark();
    writer_.begin_partial(text);
    co_await add_picture(picture, facts, start);
    writer_.end_partial(text, facts);
  }
  const Mark start = mark();
  writer_.begin_picture_done(text);
  co_await add_picture(picture, facts, start);
  writer_.end_picture_done(text, facts);
}

/// Writes the object with all items, and ends the answer.
Task<> ResponsesAnswer::write_last(ResponsesState state, const Picture* picture,
                                   PictureItemFacts facts) {
  std::optional<EventStream::Writing> writing;
  std::string& text = answer_.text();
  Mark start = mark();
  if (streams_) {
    writing.emplace(events_);
    text.insert(0, std::exchange(events_.pending(), {}));
    writer_.end_item(text);
    start = mark();
    writer_.begin_last(text, state);
  }
  Recording* recording = exchange_.recording();
  if (recording != nullptr) recording->begin_section(text.size());
  writer_.begin_object(text, state);
  const std::string& thinking = streams_ ? writer_.reasoning_text() : thinking_;
  if (!thinking.empty()) {
    writer_.reasoning(text, thinking);
    text += ',';
  }
  if (picture != nullptr) {
    writer_.begin_picture(text);
    co_await add_picture(*picture, facts, start);
    writer_.end_picture(text, facts);
    text += ',';
  }
  writer_.message(text, message_);
  writer_.end_object(text);
  if (recording != nullptr) recording->end_section(text.size());
  if (streams_) {
    writer_.end_last(text);
    co_await events_.finish(Pieces(std::move(text)));
  } else {
    co_await answer_.finish();
  }
}

ResponsesAnswer::Mark ResponsesAnswer::mark() {
  return {answer_.text().size(), writer_.sequence_number()};
}

/// Writes a picture; if it fails, and nothing of it has gone out, the answer ends at `start`.
Task<> ResponsesAnswer::add_picture(const Picture& picture, PictureItemFacts& facts, Mark start) {
  const Result<ImageType> type = co_await attempt(answer_.add_picture(picture));
  if (!type && exchange_.can_tell()) {
    answer_.text().resize(start.size_bytes);
    writer_.go_back_to(start.sequence_number);
  }
  if (!type) co_await Error(type.error());
  facts.format = format_name(*type);
}

/// Tells what has ended the work, in a stream that can still tell of it.
Task<> ResponsesAnswer::fail(const Error& error) {
  if (!exchange_.can_tell()) co_return;
  std::string last = std::exchange(events_.pending(), {}) + answer_.text();
  const ResponsesState state{"failed", &error};
  writer_.begin_last(last, state);
  last += writer_.empty_object(state);
  writer_.end_last(last);
  (void)co_await attempt(events_.finish(Pieces(std::move(last))));
}

}  // namespace fluxgate
