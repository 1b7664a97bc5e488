#include "wasi/body_reader.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace fluxgate::wasi {

std::optional<std::uint64_t> declared_length_bytes(const Headers& headers) {
  return parse_unsigned(headers.find("content-length").value_or(""));
}

BodyReader::BodyReader(const IncomingRequest& request, std::optional<std::uint64_t> length_bytes)
    : length_bytes_(length_bytes) {
  RawHandleResult body;
  wasi_incoming_request_consume(request.get(), &body);
  open(body);
}

BodyReader::BodyReader(IncomingResponse response, std::optional<std::uint64_t> length_bytes,
                       Upload upload)
    : upload_(std::move(upload)), response_(std::move(response)), length_bytes_(length_bytes) {
  RawHandleResult body;
  wasi_incoming_response_consume(response_.get(), &body);
  open(body);
}

void BodyReader::open(const RawHandleResult& body) {
  body_ = take<IncomingBody>(body);
  if (!body_) return;
  RawHandleResult stream;
  wasi_incoming_body_stream(body_.get(), &stream);
  stream_ = take<InputStream>(stream);
}

Piece BodyReader::read(std::uint32_t max_bytes, Instant now) {
  if (!stream_) return {ReplyCode::failed, {}};
  advance_call(now);
  if (!put_back_.empty()) return {ReplyCode::ok, take_put_back(max_bytes)};
  RawReadResult result;
  wasi_input_stream_read(stream_.get(), std::min(max_bytes, kMaxPieceBytes), &result);
  if (result.is_error == 0) {
    Bytes bytes = take_bytes(result.bytes);
    read_bytes_ += bytes.size_bytes();
    return {ReplyCode::ok, std::move(bytes)};
  }
  release(result.error);
  const bool whole = result.error.is_closed != 0 && read_bytes_ >= length_bytes_.value_or(0);
  return {whole ? ReplyCode::end : ReplyCode::failed, {}};
}

Bytes BodyReader::take_put_back(std::uint32_t max_bytes) {
  Bytes all = std::exchange(put_back_, {});
  if (all.size_bytes() <= max_bytes) return all;
  put_back_ = Bytes::copy_of(all.view().substr(max_bytes));
  all.shrink_to(max_bytes);
  return all;
}

void BodyReader::wait_in(PollSet& polls, bool& ready) {
  if (!stream_ || !put_back_.empty()) ready = true;
  if (!stream_) return;
  if (!readable_) readable_ = Pollable(wasi_input_stream_subscribe(stream_.get()));
  polls.add(readable_, ready);
  wait_for_call_in(polls, ready);
}

std::optional<std::uint64_t> BodyReader::left_bytes() const {
  if (!length_bytes_) return std::nullopt;
  return put_back_.size_bytes() + (*length_bytes_ - std::min(*length_bytes_, read_bytes_));
}

}  // namespace fluxgate::wasi
