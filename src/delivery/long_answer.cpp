#include "delivery/long_answer.h"

#include <utility>

#include "base/base64.h"
#include "base/pieces.h"
#include "exchange/patience.h"
#include "gallery/picture_source.h"
#include "gallery/store.h"
#include "picture/data_url.h"

namespace fluxgate {
namespace {

/// What is shown has been looked at before; only a store that others write to can surprise us.
ImageType type_of(std::string_view first_bytes) {
  return sniff_image(first_bytes).value_or(ImageType::png);
}

/// The error of a picture that was made, and may be billed, but cannot be had from where it lies.
Error lost(const Error& error) {
  Error told = error;
  if (error_status(error.code) < 500 && error.code != ErrorCode::client_closed) {
    told = Error(ErrorCode::upstream_bad_response,
                 "The picture was made, but its host did not give it.", error.detail);
  }
  told.maybe_billed = true;
  return told;
}

}  // namespace

Task<ImageType> LongAnswer::add_picture(const Picture& picture, Writing writing) {
  const std::size_t size_before = text_.size();
  const std::uint32_t sent_before = sent_count_;
  if (exchange_.recording() != nullptr) stored_key_ = stored_key(exchange_, picture);
  Result<ImageType> type =
      co_await attempt(with_deadline(add_bytes(picture, writing), kPictureTotalMs, [] {
        return Error(ErrorCode::upstream_timeout, "The picture did not arrive in time.");
      }));
  Recording* recording = exchange_.recording();
  if (type && recording != nullptr) recording->end_picture(text_.size());
  if (type) co_return *type;
  if (sent_count_ == sent_before) {
    if (recording != nullptr) recording->cancel_picture();
    text_.resize(size_before);
  } else {
    exchange_.break_on_error();
  }
  co_return lost(type.error());
}

Task<ImageType> LongAnswer::add_bytes(const Picture& picture, Writing writing) {
  if (picture.form == PictureForm::bytes) co_return co_await add_file(picture.text, writing);
  PictureSource bytes = co_await open_picture(exchange_, picture);
  std::optional<ImageType> type;
  for (;;) {
    const std::string piece = co_await bytes.next();
    if (piece.empty()) co_return type.value_or(ImageType::png);
    if (!type) {
      type = type_of(piece);
      begin_base64(*type, writing);
    }
    text_ += base64_encode(piece);
    co_await send_if_large();
    if (text_.empty() && bytes.has_rest()) break;  // The answer has begun.
  }
  if (Recording* recording = exchange_.recording(); recording != nullptr && stored_key_.empty()) {
    recording->lose();
  }
  co_await exchange_.pipe_rest(bytes.take_rest(), bytes.limits(), Coding::base64);
  co_return *type;
}

Task<ImageType> LongAnswer::add_file(std::string_view bytes, Writing writing) {
  const ImageType type = type_of(bytes);
  begin_base64(type, writing);
  for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    text_ += base64_encode(bytes.substr(at, kPieceBytes));
    co_await send_if_large();
  }
  co_return type;
}

void LongAnswer::begin_base64(ImageType type, Writing writing) {
  if (writing == Writing::data_url) text_ += data_url_head(type);
  Recording* recording = exchange_.recording();
  if (recording != nullptr && !stored_key_.empty()) {
    recording->begin_picture(text_.size(), stored_key_);
  }
}

Task<> LongAnswer::send_if_large() {
  if (text_.size() <= kLargePartBytes) co_return;
  ++sent_count_;
  if (!head_) {
    co_await exchange_.send(std::exchange(text_, {}));
    co_return;
  }
  Response head = *std::exchange(head_, {});
  head.body = std::exchange(text_, {});
  began_here_ = true;
  co_await exchange_.begin(std::move(head));
}

Task<> LongAnswer::send() {
  return exchange_.send(std::exchange(text_, {}));
}

Task<> LongAnswer::finish() {
  if (head_) {
    Response head = *std::exchange(head_, {});
    head.body = std::move(text_);
    co_await exchange_.respond(std::move(head));
    co_return;
  }
  co_await exchange_.send(std::move(text_));
  if (began_here_) exchange_.end();
}

}  // namespace fluxgate
