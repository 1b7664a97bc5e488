#include "faces/images_answer.h"

#include <utility>

#include "base/base64.h"
#include "base/pieces.h"
#include "exchange/patience.h"
#include "faces/making_facts.h"
#include "gallery/picture_source.h"
#include "json/member.h"
#include "json/writer.h"
#include "picture/file_type.h"

namespace fluxgate {
namespace {

/// The words that the pictures were made of, if they are not the client's own.
std::string_view revised_prompt(const Prompt& prompt) {
  return is_better(prompt.origin) ? std::string_view(prompt.text) : std::string_view();
}

std::string_view format_of(std::string_view first_bytes) {
  const std::string_view mime = mime_type(sniff_image(first_bytes).value_or(ImageType::png));
  return mime.substr(mime.find('/') + 1);
}

}  // namespace

ImagesAnswer::ImagesAnswer(Exchange& exchange, const ImagesRequest& request, bool changes)
    : exchange_(exchange), form_(request.form), event_writer_(request.form, changes) {
  if (request.streams) events_.emplace(exchange);
}

Task<> ImagesAnswer::while_working(Task<> work) {
  if (!events_) return work;
  return events_->while_working("", std::move(work));
}

void ImagesAnswer::begin(const Prompt& prompt) {
  prompt_ = &prompt;
  if (events_) return;
  writer_.emplace(form_, revised_prompt(prompt));
  writer_->begin(text_, exchange_.session().now_ms() / 1000);
}

void ImagesAnswer::tell(const Making& making) {
  if (making_.by == nullptr) {
    making_ = making;
  } else {
    making_.cost = sum(making_.cost, making.cost);
  }
}

void ImagesAnswer::begin_picture() {
  if (!events_) return writer_->begin_picture(text_);
  if (event_is_open_) end_event({});
  event_writer_.begin(text_);
}

void ImagesAnswer::end_picture() {
  if (!events_) return writer_->end_picture(text_);
  event_is_open_ = true;
}

void ImagesAnswer::end_event(std::string_view note) {
  std::string facts = write_facts(prompt_->origin, making_);
  if (!note.empty()) {
    std::string json;
    json::append_string(json, note);
    facts = json::with_member(facts, "note", json);
  }
  event_writer_.end(text_, {exchange_.session().now_ms() / 1000, size_text(making_.fit.size),
                            format_, revised_prompt(*prompt_), making_.cost, std::move(facts)});
  event_is_open_ = false;
}

Task<> ImagesAnswer::add(Picture picture) {
  const std::size_t size_before = text_.size();
  const std::uint32_t sent_before = sent_count_;
  const bool was_open = event_is_open_;
  const std::string_view format_before = format_;
  std::optional<EventStream::Writing> writing;
  if (events_) writing.emplace(*events_);  // No comment may stand in the event.
  begin_picture();
  if (picture.form == PictureForm::link) {
    text_ += json::escape(std::move(picture.text));
  } else {
    const Result<void> added =
        co_await attempt(with_deadline(add_bytes(std::move(picture)), kPictureTotalMs, [] {
          return Error(ErrorCode::upstream_timeout, "The picture did not arrive in time.");
        }));
    if (!added && sent_count_ == sent_before) {
      text_.resize(size_before);
      event_is_open_ = was_open;
      format_ = format_before;
    }
    if (!added && sent_count_ != sent_before) state_ = State::cut;
    if (!added) co_await Error(added.error());
  }
  end_picture();
  state_ = State::has_pictures;
}

Task<> ImagesAnswer::add_bytes(Picture picture) {
  PictureSource bytes = co_await open_picture(exchange_, std::move(picture));
  for (bool is_first = true;; is_first = false) {
    const std::string piece = co_await bytes.next();
    if (piece.empty()) co_return;
    if (is_first) format_ = format_of(piece);
    text_ += base64_encode(piece);
    co_await send_if_large();
    if (text_.empty() && bytes.has_rest()) break;  // The answer has begun.
  }
  co_await pipe(bytes.take_rest(), bytes.limits(), Coding::base64);
}

Task<> ImagesAnswer::send_if_large() {
  if (text_.size() <= kLargePartBytes) co_return;
  if (sent_count_++ > 0 || events_) {
    co_await exchange_.send(std::exchange(text_, {}));
    co_return;
  }
  Response response = head();
  response.body = std::exchange(text_, {});
  co_await exchange_.begin(std::move(response));
}

Task<> ImagesAnswer::finish(std::string_view note) {
  if (events_) {
    end_event(note);
    co_await events_->finish(Pieces(std::move(text_)));
    co_return;
  }
  writer_->end(text_, note, making_.cost);
  if (sent_count_ == 0) {
    Response response = head();
    response.body = std::move(text_);
    co_await exchange_.respond(std::move(response));
    co_return;
  }
  co_await exchange_.send(std::move(text_));
  exchange_.end();
}

Response ImagesAnswer::head() const {
  Response response = json_response(200, "");
  append_facts(response, prompt_->origin, making_);
  return response;
}

}  // namespace fluxgate
