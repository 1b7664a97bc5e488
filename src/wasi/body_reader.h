// Reads the body of the client's request or of an upstream's answer.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "effect/effect.h"
#include "http/headers.h"
#include "wasi/source.h"
#include "wasi/upload.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// The length that a head promises for its body; nothing when it promises none.
std::optional<std::uint64_t> declared_length_bytes(const Headers& headers);

/// One body, unread or partly read. Destroying the reader drops the body.
class BodyReader final : public Source {
 public:
  /// Reads the client's body; `request` must outlive this.
  BodyReader(const IncomingRequest& request, std::optional<std::uint64_t> length_bytes);
  /// Reads an upstream's body. `upload` sends the rest of the request: an upstream may answer
  /// before it has read everything.
  BodyReader(IncomingResponse response, std::optional<std::uint64_t> length_bytes, Upload upload);

  /// A body that ends before its declared length has failed.
  Piece read(std::uint32_t max_bytes, Instant now) override;
  void wait_in(PollSet& polls, bool& ready) override;
  std::optional<std::uint64_t> left_bytes() const override;
  void put_back(Bytes bytes) override { put_back_ = std::move(bytes); }
  void wait_for_call_in(PollSet& polls, bool& ready) override {
    if (upload_) upload_->wait_in(polls, ready);
  }
  void advance_call(Instant now) override {
    if (upload_) upload_->advance(now);
  }

 private:
  void open(const RawHandleResult& body);
  Bytes take_put_back(std::uint32_t max_bytes);

  std::optional<Upload> upload_;
  IncomingResponse response_;  ///< None for the client's body.
  IncomingBody body_;
  InputStream stream_;
  Pollable readable_;  ///< Made when first needed.
  std::optional<std::uint64_t> length_bytes_;
  std::uint64_t read_bytes_ = 0;  ///< From the stream.
  Bytes put_back_;
};

}  // namespace fluxgate::wasi
