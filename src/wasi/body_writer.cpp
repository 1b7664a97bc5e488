#include "wasi/body_writer.h"

#include <algorithm>
#include <utility>

namespace fluxgate::wasi {

BodyWriter::BodyWriter(OutgoingBody body) : body_(std::move(body)) {
  RawHandleResult stream{1, 0};
  if (body_) wasi_outgoing_body_write(body_.get(), &stream);
  stream_ = take<OutputStream>(stream);
  if (!stream_) state_ = State::failed;
}

void BodyWriter::write(std::string_view bytes) {
  given_bytes_ += bytes.size();
  if (!keeps_bytes()) bytes.remove_prefix(send(bytes));
  if (is_sending()) kept_.append(bytes);
}

void BodyWriter::end() {
  if (state_ != State::open) return;
  state_ = State::ending;
  advance();
}

OutgoingBody BodyWriter::give_up() {
  if (is_sending()) state_ = State::failed;
  kept_ = std::string();
  kept_from_ = 0;
  writable_.reset();
  stream_.reset();
  return std::move(body_);
}

void BodyWriter::advance() {
  if (!is_sending()) return;
  kept_from_ += send(std::string_view(kept_).substr(kept_from_));
  if (keeps_bytes()) return;
  kept_ = std::string();
  kept_from_ = 0;
  if (state_ != State::ending) return;
  state_ = State::ended;
  finish(give_up());
}

void BodyWriter::wait_in(PollSet& polls, bool& ready) {
  if (!is_sending() || !keeps_bytes()) return;
  if (!writable_) writable_ = Pollable(wasi_output_stream_subscribe(stream_.get()));
  polls.add(writable_, ready);
}

std::size_t BodyWriter::send(std::string_view bytes) {
  std::size_t sent_bytes = 0;
  while (sent_bytes < bytes.size() && is_sending()) {
    RawCheckWriteResult permission;
    wasi_output_stream_check_write(stream_.get(), &permission);
    if (permission.is_error != 0) {
      release(permission.error);
      state_ = State::failed;
      break;
    }
    if (permission.permitted_bytes == 0) break;
    const auto piece_bytes = static_cast<std::size_t>(
        std::min<std::uint64_t>(permission.permitted_bytes, bytes.size() - sent_bytes));
    RawWriteResult result;
    wasi_output_stream_write(stream_.get(), bytes.data() + sent_bytes, piece_bytes, &result);
    if (result.is_error != 0) {
      release(result.error);
      state_ = State::failed;
      break;
    }
    sent_bytes += piece_bytes;
  }
  taken_bytes_ += sent_bytes;
  return sent_bytes;
}

void finish(OutgoingBody body) {
  RawFinishResult result;
  wasi_outgoing_body_finish(body.give(), 0, 0, &result);
  if (result.is_error != 0) release(result.error);
}

}  // namespace fluxgate::wasi
