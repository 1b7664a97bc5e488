// An answer in which pictures stand as base64: megabytes, that go out piece by piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exchange/exchange.h"
#include "picture/file_type.h"
#include "picture/picture.h"

namespace fluxgate {

/// Text that goes out when it has become large, and pictures, most of whose bytes the host passes
/// on. Nothing of a small answer goes out before its end.
class LongAnswer {
 public:
  /// `exchange` must outlive this. Of an answer that has begun already, such as a stream, there is
  /// no head to send.
  explicit LongAnswer(Exchange& exchange) : exchange_(exchange) {}
  LongAnswer(const LongAnswer&) = delete;
  LongAnswer& operator=(const LongAnswer&) = delete;

  /// The head of an answer that has not begun; until it does, another one may take its place.
  void set_head(Response head) { head_.emplace(std::move(head)); }

  /// What has not gone out.
  std::string& text() { return text_; }
  /// How many pieces have.
  std::uint32_t sent_count() const { return sent_count_; }

  /// What a picture is written as.
  enum class Writing : std::uint8_t { base64, data_url };

  /// Appends a picture of form url, path or bytes; its text must outlive the Task. If it fails when
  /// a part of it has gone out, nobody can be told of the error any more: the transfer will break.
  /// If none has, text() is as it was. Errors: those of gallery/picture_source.h, upstream_timeout,
  /// all with maybe_billed, since the picture was made; client_closed.
  Task<ImageType> add_picture(const Picture& picture, Writing writing = Writing::base64);

  /// Appends a picture that is in hand. Error: client_closed.
  Task<ImageType> add_file(std::string_view bytes, Writing writing = Writing::base64);

  /// Sends what has not gone out of an answer that has begun. Error: client_closed.
  Task<> send();

  /// Sends the rest. An answer that began here is over then. Error: client_closed.
  Task<> finish();

 private:
  Task<ImageType> add_bytes(const Picture& picture, Writing writing);
  void begin_base64(ImageType type, Writing writing);
  Task<> send_if_large();

  Exchange& exchange_;
  std::optional<Response> head_;
  std::string text_;
  std::string stored_key_;  ///< Of the picture that is added, where the answer is recorded.
  std::uint32_t sent_count_ = 0;
  bool began_here_ = false;
};

}  // namespace fluxgate
