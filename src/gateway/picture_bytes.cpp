#include "gateway/picture_bytes.h"

#include <utility>

#include "base/ascii.h"
#include "gateway/picture_fetch.h"
#include "link/sniff.h"

namespace fluxgate {
namespace {

/// Without the head of a data URL.
std::string_view base64_of(std::string_view text) {
  constexpr std::string_view kHead = ";base64,";
  if (!starts_with_ignoring_case(text, "data:")) return text;
  const std::size_t head = find_ignoring_case(text.substr(0, 128), kHead);
  return head == std::string_view::npos ? text : text.substr(head + kHead.size());
}

/// A part, and what a piece may add to it.
constexpr std::size_t kRoomBytes = kPartBytes + 64 * 1024;
/// Between two looks whether there is room: others need about a second for a part.
constexpr std::uint32_t kRoomPollMs = 50;

}  // namespace

PictureBytes::PictureBytes(Gateway& gateway, Exchange& exchange)
    : load_(gateway.load()),
      stores_(gateway.config().stores_pictures),
      upload_(gateway, exchange) {}

void PictureBytes::begin(const json::LongStrings::Piece& piece) {
  decoder_ = Base64Decoder();
  bytes_.clear();
  const bool decodes = decoder_.push(base64_of(piece.text), bytes_);
  const auto type = decodes ? sniff_image(bytes_) : std::nullopt;
  if (type) {
    index_ = piece.index;
    type_ = *type;
  } else {
    other_ = piece.index;
  }
}

Task<> PictureBytes::take(json::LongStrings::Piece piece) {
  if (other_ == piece.index || (index_ && index_ != piece.index)) co_return;
  if (!index_) {
    begin(piece);
    co_return;
  }
  if (!room_ && bytes_.size() + piece.text.size() > kSmallPictureBytes) co_await make_room();
  if (!decoder_.push(piece.text, bytes_)) co_await no_picture_error();
  const std::size_t most_bytes = stores_ ? kMaxPictureBytes : kMaxDataUrlBytes;
  if (upload_.stored_bytes() + bytes_.size() > most_bytes) co_await too_large_picture_error();
  if (bytes_.size() >= kPartBytes) co_await store_part();
}

/// Waits while others' pictures take all of it; whoever wants the picture has a deadline.
Task<> PictureBytes::make_room() {
  for (;;) {
    Result<Load::Share> share = load_.take_bytes(kRoomBytes);
    if (share) {
      room_.emplace(*std::move(share));
      break;
    }
    co_await sleep(kRoomPollMs);
  }
  bytes_.reserve(kRoomBytes);
}

Task<> PictureBytes::store_part() {
  if (!upload_.begun()) co_await upload_.begin(type_);
  std::string rest = bytes_.substr(kPartBytes);
  bytes_.resize(kPartBytes);
  co_await upload_.add(std::move(bytes_));
  bytes_ = std::move(rest);
  bytes_.reserve(kRoomBytes);
}

Task<std::string> PictureBytes::finish() {
  if (!upload_.begun()) co_return std::string();
  if (!bytes_.empty()) co_await upload_.add(std::move(bytes_));
  co_return co_await upload_.finish();
}

}  // namespace fluxgate
