#include "studio/picture_bytes.h"

#include <utility>

#include "base/ascii.h"
#include "gallery/fetch.h"
#include "picture/data_url.h"
#include "picture/file_type.h"

namespace fluxgate {
namespace {

using Foreign = Base64Decoder::Foreign;

/// The start of a picture, decoded.
struct Start {
  Base64Decoder decoder;
  std::string bytes = {};
  ImageType type = {};
};

std::optional<Start> start_in(std::string_view base64, Foreign foreign) {
  Start start{Base64Decoder(foreign)};
  if (!start.decoder.push(base64, start.bytes)) return std::nullopt;
  const auto type = sniff_image(start.bytes);
  if (!type) return std::nullopt;
  start.type = *type;
  return start;
}

/// The picture that a string is, as base64 or as a data URL, or the data URL that stands between
/// its words, as in Markdown.
std::optional<Start> start_of(std::string_view text) {
  const std::string_view base64 = base64_of_data_url(text).value_or(text);
  if (auto start = start_in(base64, Foreign::white_space_passed_over)) return start;
  const std::size_t at = find_ignoring_case(text, "data:image/");
  if (at == kNowhere) return std::nullopt;
  const auto shown = base64_of_data_url(text.substr(at));
  return shown ? start_in(*shown, Foreign::ends_text) : std::nullopt;
}

}  // namespace

PictureBytes::PictureBytes(Exchange& exchange, PictureRoom& room, std::uint32_t place,
                           bool has_drafts)
    : exchange_(exchange),
      room_(room),
      memory_(exchange.instance().part_memory()),
      stores_(exchange.config().stores_pictures),
      place_(place),
      has_drafts_(has_drafts),
      upload_(std::in_place, exchange, place) {}

void PictureBytes::begin(const json::LongStrings::Piece& piece) {
  std::optional<Start> start = start_of(piece.text);
  if (!start) {
    other_ = piece.index;
    return;
  }
  index_ = piece.index;
  type_ = start->type;
  decoder_ = start->decoder;
  bytes_ = std::move(start->bytes);
  upload_.emplace(exchange_, place_);  // What was stored of a draft is never finished.
}

Task<> PictureBytes::take(json::LongStrings::Piece piece) {
  const bool is_further = index_ && index_ != piece.index;
  if (other_ == piece.index || (is_further && !has_drafts_)) co_return;
  if (!index_ || is_further) {
    begin(piece);
    co_return;
  }
  co_await make_room(piece.text.size());
  if (!decoder_.push(piece.text, bytes_)) co_await no_picture_error();
  co_await store_if_full();
}

Task<> PictureBytes::take_file(std::string_view bytes) {
  co_await make_room(bytes.size());
  bytes_ += bytes;
  if (!index_ && bytes_.size() >= kSniffBytes) {
    const auto type = sniff_image(bytes_);
    if (!type) co_await no_picture_error();
    type_ = *type;
    index_ = 0;
  }
  co_await store_if_full();
}

Task<> PictureBytes::make_room(std::size_t more_bytes) {
  const std::size_t size_bytes = bytes_.size() + more_bytes;
  if (size_bytes > kSmallPictureBytes) co_await room_.take();
  if (size_bytes > kMostGrowingBytes) hold_part();
}

Task<> PictureBytes::store_if_full() {
  const std::size_t most_bytes = stores_ ? kMaxPictureBytes : kMaxDataUrlBytes;
  if (upload_->stored_bytes() + bytes_.size() > most_bytes) co_await too_large_picture_error();
  if (bytes_.size() >= kPartBytes) co_await store_part();
}

/// Reserves all the room that a picture may take, in one piece: smaller things must not settle
/// where the last picture lay, so that the next one fits there.
void PictureBytes::hold_part() {
  if (bytes_.capacity() >= kPictureRoomBytes) return;
  std::string part = memory_.take();
  part.reserve(kPictureRoomBytes);
  part += bytes_;
  bytes_ = std::move(part);
}

Task<> PictureBytes::store_part() {
  if (!upload_->begun()) co_await upload_->begin(type_);
  const std::string rest = bytes_.substr(kPartBytes);
  bytes_.resize(kPartBytes);
  co_await upload_->add(std::exchange(bytes_, std::string()));
  hold_part();
  bytes_ += rest;
}

Task<std::string> PictureBytes::finish() {
  if (!upload_->begun()) co_return std::string();
  if (!bytes_.empty()) co_await upload_->add(std::exchange(bytes_, std::string()));
  hold_part();
  memory_.keep(std::move(bytes_));
  co_return co_await upload_->finish();
}

}  // namespace fluxgate
