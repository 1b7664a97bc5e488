#include "wasi/flow.h"

#include <string_view>
#include <utility>

#include "base/base64.h"

namespace fluxgate::wasi {

Piece Flow::read(std::uint32_t max_bytes, Instant now) {
  if (!source_) return {ReplyCode::failed, {}};
  if (silent_until_ == kNever) silent_until_ = after_ms(now, idle_ms_);
  Piece piece = source_->read(max_bytes, now);
  if (piece.code == ReplyCode::ok && piece.bytes.empty()) {
    if (silent_until_ <= now) piece.code = ReplyCode::timed_out;
    return piece;
  }
  if (piece.bytes.size_bytes() > most_bytes_) return {ReplyCode::too_large, {}};
  if (most_bytes_ != kNoMostBytes) most_bytes_ -= piece.bytes.size_bytes();
  silent_until_ = after_ms(now, idle_ms_);
  return coding_ == Coding::base64 ? encode(std::move(piece)) : std::move(piece);
}

/// Encodes whole groups, and at the end what is left. The end is given by the next read then.
Piece Flow::encode(Piece piece) {
  constexpr std::size_t kGroupBytes = 3;
  const bool is_end = piece.code == ReplyCode::end;
  if (!is_end && piece.code != ReplyCode::ok) return piece;
  carried_.append(piece.bytes.view());
  const std::size_t part_bytes = is_end ? 0 : carried_.size() % kGroupBytes;
  const std::size_t ready_bytes = carried_.size() - part_bytes;
  if (ready_bytes == 0) return {piece.code, {}};
  const std::string text = base64_encode(std::string_view(carried_).substr(0, ready_bytes));
  carried_.erase(0, ready_bytes);
  return {ReplyCode::ok, Bytes::copy_of(text)};
}

void Flow::wait_in(PollSet& polls, bool& ready) {
  if (!source_ || silent_until_ == kNever) {
    ready = true;
    return;
  }
  source_->wait_in(polls, ready);
  polls.add_deadline(silent_until_, ready);
}

std::optional<std::uint64_t> Flow::left_bytes() const {
  const auto left_bytes = source_ ? source_->left_bytes() : std::nullopt;
  if (!left_bytes || coding_ == Coding::identity) return left_bytes;
  return (*left_bytes + carried_.size() + 2) / 3 * 4;
}

}  // namespace fluxgate::wasi
