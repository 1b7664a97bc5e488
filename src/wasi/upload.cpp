#include "wasi/upload.h"

#include <string_view>

namespace fluxgate::wasi {

std::optional<std::uint64_t> UploadParts::length_bytes() const {
  std::uint64_t total_bytes = bytes.size();
  for (const Insert& insert : inserts) {
    const auto insert_bytes = insert.flow.left_bytes();
    if (!insert_bytes) return std::nullopt;
    total_bytes += *insert_bytes;
  }
  return total_bytes;
}

ReplyCode Upload::advance(Instant now) {
  writer_.advance();
  for (int i = 0; i < kPiecesInTurn && send_piece(now);) ++i;
  return outcome_;
}

bool Upload::send_piece(Instant now) {
  if (is_over() || writer_.keeps_bytes()) return false;
  if (at_ < next_place()) {
    const std::size_t piece_bytes = std::min<std::size_t>(next_place() - at_, kMaxPieceBytes);
    writer_.write(std::string_view(parts_.bytes).substr(at_, piece_bytes));
    at_ += piece_bytes;
    return true;
  }
  if (parts_.inserts.empty()) return end();
  const Piece piece = parts_.inserts.front().flow.read(kMaxPieceBytes, now);
  if (piece.code == ReplyCode::end) {
    parts_.inserts.erase(parts_.inserts.begin());
    return true;
  }
  if (piece.code != ReplyCode::ok) return fail(piece.code);
  // Hosts differ in what they do about too many bytes.
  const std::uint64_t length_bytes = writer_.given_bytes() + piece.bytes.size_bytes();
  if (length_bytes > declared_bytes_.value_or(length_bytes)) return fail(ReplyCode::failed);
  writer_.write(piece.bytes.view());
  return !piece.bytes.empty();
}

bool Upload::end() {
  parts_.bytes = std::string();
  at_ = 0;
  if (writer_.given_bytes() != declared_bytes_.value_or(writer_.given_bytes())) {
    return fail(ReplyCode::failed);
  }
  writer_.end();
  return false;
}

bool Upload::fail(ReplyCode outcome) {
  outcome_ = outcome;
  writer_.give_up();
  parts_ = {};
  return false;
}

void Upload::wait_in(PollSet& polls, bool& ready) {
  writer_.wait_in(polls, ready);
  if (is_over()) return;
  if (writer_.keeps_bytes()) {
    if (!parts_.inserts.empty()) parts_.inserts.front().flow.pause();
  } else if (at_ < next_place() || parts_.inserts.empty()) {
    ready = true;
  } else {
    parts_.inserts.front().flow.wait_in(polls, ready);
  }
}

}  // namespace fluxgate::wasi
