#include "gateway/picture_bytes.h"

#include <algorithm>
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

}  // namespace

PictureBytes::PictureBytes(const Gateway& gateway, Exchange& exchange, std::uint64_t expected_bytes)
    : stores_(gateway.config().stores_pictures),
      upload_(gateway, exchange),
      expected_bytes_(std::min<std::uint64_t>(expected_bytes, kPartBytes) +
                      json::kLongStringBytes) {}

void PictureBytes::begin(const json::LongStrings::Piece& piece) {
  decoder_ = Base64Decoder();
  bytes_.clear();
  const bool decodes = decoder_.push(base64_of(piece.text), bytes_);
  const auto type = decodes ? sniff_image(bytes_) : std::nullopt;
  if (type) {
    index_ = piece.index;
    type_ = *type;
    bytes_.reserve(static_cast<std::size_t>(expected_bytes_));
  } else {
    other_ = piece.index;
  }
}

Result<bool> PictureBytes::take(const json::LongStrings::Piece& piece) {
  if (other_ == piece.index || (index_ && index_ != piece.index)) return false;
  if (!index_) {
    begin(piece);
    return false;
  }
  if (!decoder_.push(piece.text, bytes_)) {
    return no_picture_error();
  }
  const std::size_t most_bytes = stores_ ? kMaxPictureBytes : kMaxDataUrlBytes;
  if (upload_.stored_bytes() + bytes_.size() > most_bytes) return too_large_picture_error();
  return bytes_.size() >= kPartBytes;
}

Task<> PictureBytes::store_part() {
  if (!upload_.begun()) co_await upload_.begin(type_);
  std::string rest = bytes_.substr(kPartBytes);
  bytes_.resize(kPartBytes);
  co_await upload_.add(std::move(bytes_));
  bytes_ = std::move(rest);
  bytes_.reserve(static_cast<std::size_t>(expected_bytes_));
}

Task<std::string> PictureBytes::finish() {
  if (!upload_.begun()) co_return std::string();
  if (!bytes_.empty()) co_await upload_.add(std::move(bytes_));
  co_return co_await upload_.finish();
}

}  // namespace fluxgate
