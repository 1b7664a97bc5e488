#include "faces/images_answer.h"

#include <utility>

#include "base/base64.h"
#include "base/pieces.h"
#include "exchange/patience.h"
#include "faces/making_facts.h"
#include "gallery/picture_source.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// The words that the pictures were made of, if they are not the client's own.
std::string_view revised_prompt(const Prompt& prompt) {
  return is_better(prompt.origin) ? std::string_view(prompt.text) : std::string_view();
}

}  // namespace

ImagesAnswer::ImagesAnswer(Exchange& exchange, ImagesForm form, const Prompt& prompt)
    : exchange_(exchange), origin_(prompt.origin), writer_(form, revised_prompt(prompt)) {
  writer_.begin(text_, exchange.session().now_ms() / 1000);
}

void ImagesAnswer::tell(const Making& making) {
  if (making_.by == nullptr) {
    making_ = making;
  } else {
    making_.cost = sum(making_.cost, making.cost);
  }
}

Task<> ImagesAnswer::add(Picture picture) {
  const std::size_t size_before = text_.size();
  const std::uint32_t sent_before = sent_count_;
  writer_.begin_picture(text_);
  if (picture.form == PictureForm::link) {
    text_ += json::escape(std::move(picture.text));
  } else {
    const Result<void> added =
        co_await attempt(with_deadline(add_bytes(std::move(picture)), kPictureTotalMs, [] {
          return Error(ErrorCode::upstream_timeout, "The picture did not arrive in time.");
        }));
    if (!added && sent_count_ == sent_before) text_.resize(size_before);
    if (!added && sent_count_ != sent_before) state_ = State::cut;
    if (!added) co_await Error(added.error());
  }
  writer_.end_picture(text_);
  state_ = State::has_pictures;
}

Task<> ImagesAnswer::add_bytes(Picture picture) {
  PictureSource bytes = co_await open_picture(exchange_, std::move(picture));
  for (;;) {
    const std::string piece = co_await bytes.next();
    if (piece.empty()) co_return;
    text_ += base64_encode(piece);
    co_await send_if_large();
    if (text_.empty() && bytes.has_rest()) break;  // The answer has begun.
  }
  co_await pipe(bytes.take_rest(), bytes.limits(), Coding::base64);
}

Task<> ImagesAnswer::send_if_large() {
  if (text_.size() <= kLargePartBytes) co_return;
  if (sent_count_++ > 0) {
    co_await exchange_.send(std::exchange(text_, {}));
    co_return;
  }
  Response response = head();
  response.body = std::exchange(text_, {});
  co_await exchange_.begin(std::move(response));
}

Task<> ImagesAnswer::finish(std::string_view note) {
  writer_.end(text_, note, making_.cost);
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
  append_facts(response, origin_, making_);
  return response;
}

}  // namespace fluxgate
