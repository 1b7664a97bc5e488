#include "faces/images_answer.h"

#include <utility>

#include "base/ascii.h"
#include "base/pieces.h"
#include "delivery/making_facts.h"
#include "exchange/long_wait.h"
#include "json/member.h"
#include "json/writer.h"
#include "picture/file_type.h"

namespace fluxgate {
namespace {

/// The words that the pictures were made of, if they are not the client's own.
std::string_view revised_prompt(const Prompt& prompt) {
  return is_better(prompt.origin) ? std::string_view(prompt.text) : std::string_view();
}

}  // namespace

ImagesAnswer::ImagesAnswer(Exchange& exchange, const ImagesRequest& request, bool changes)
    : exchange_(exchange),
      form_(request.form),
      answer_(exchange),
      event_writer_(request.form, changes) {
  if (request.streams) events_.emplace(exchange);
}

Task<> ImagesAnswer::while_working(Task<> work) {
  if (!events_) return while_client_waits(exchange_, std::move(work));
  return events_->while_working("", std::move(work));
}

void ImagesAnswer::begin(const Prompt& prompt) {
  prompt_ = &prompt;
  if (events_) return;
  writer_.emplace(form_, revised_prompt(prompt));
  writer_->begin(text(), exchange_.session().now_ms() / 1000);
}

void ImagesAnswer::tell(const Making& making) {
  if (making_.by == nullptr) {
    making_ = making;
  } else {
    making_.cost = sum(making_.cost, making.cost);
  }
  if (!events_ && answer_.sent_count() == 0) answer_.set_head(head());
}

void ImagesAnswer::begin_picture() {
  if (!events_) return writer_->begin_picture(text());
  if (event_is_open_) end_event({});
  event_writer_.begin(text());
}

void ImagesAnswer::end_picture() {
  if (!events_) return writer_->end_picture(text());
  event_is_open_ = true;
}

void ImagesAnswer::end_event(std::string_view note) {
  std::string facts = write_facts(exchange_, prompt_->origin, making_);
  if (!note.empty()) {
    std::string json;
    json::append_string(json, note);
    facts = json::with_member(facts, "note", json);
  }
  event_writer_.end(text(), {exchange_.session().now_ms() / 1000, size_text(making_.fit.size),
                             format_, revised_prompt(*prompt_), making_.cost, std::move(facts)});
  event_is_open_ = false;
}

Task<> ImagesAnswer::add(Picture picture) {
  const std::size_t size_before = text().size();
  const std::uint32_t sent_before = answer_.sent_count();
  const bool was_open = event_is_open_;
  std::optional<EventStream::Writing> writing;
  if (events_) writing.emplace(*events_);  // No comment may stand in the event.
  begin_picture();
  if (picture.form == PictureForm::link) {
    text() += json::escape(std::move(picture.text));
  } else {
    const Result<ImageType> type = co_await attempt(answer_.add_picture(picture));
    if (!type) {
      if (answer_.sent_count() != sent_before) {
        state_ = State::cut;
      } else {
        text().resize(size_before);
        event_is_open_ = was_open;
      }
      co_await Error(type.error());
    }
    format_ = format_name(*type);
  }
  end_picture();
  state_ = State::has_pictures;
}

Task<> ImagesAnswer::end_round() {
  if (!event_is_open_) co_return;
  end_event({});
  const EventStream::Writing writing(*events_);
  co_await answer_.send();
}

Task<> ImagesAnswer::see_draft(std::string_view bytes) {
  if (!events_) co_return;
  const EventStream::Writing writing(*events_);
  Exchange::Inside inside(exchange_);
  event_writer_.begin_draft(text());
  const ImageType type = co_await answer_.add_file(bytes);
  event_writer_.end_draft(text(), exchange_.session().now_ms() / 1000, format_name(type),
                          draft_count_++);
  co_await answer_.send();
  inside.close();
}

Task<> ImagesAnswer::finish(std::string_view note) {
  if (events_) {
    if (event_is_open_) {
      end_event(note);
    } else if (!note.empty()) {  // The event that could have told it is out.
      text().append(": ").append(in_one_line(note)).append("\n\n");
    }
    co_await events_->finish(Pieces(std::move(text())));
    co_return;
  }
  writer_->end(text(), note, making_.cost);
  co_await answer_.finish();
}

Response ImagesAnswer::head() const {
  Response response = json_response(200, "");
  append_facts(response, exchange_, prompt_->origin, making_);
  return response;
}

}  // namespace fluxgate
