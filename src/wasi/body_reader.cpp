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
                       BodyWriter upload)
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

Piece BodyReader::read(std::uint32_t max_bytes) {
  if (!stream_) return {ReplyCode::failed, {}};
  if (upload_) upload_->advance();
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

void BodyReader::wait_in(PollSet& polls, bool& ready) {
  if (!readable_) readable_ = Pollable(wasi_input_stream_subscribe(stream_.get()));
  polls.add(readable_, ready);
  if (upload_) upload_->wait_in(polls, ready);
}

}  // namespace fluxgate::wasi
