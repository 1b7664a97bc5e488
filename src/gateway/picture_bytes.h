// A picture that comes inside JSON as base64: decoded, and stored, while it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/base64.h"
#include "gateway/exchange.h"
#include "gateway/gateway.h"
#include "gateway/picture_store.h"
#include "json/long_strings.h"
#include "link/sniff.h"

namespace fluxgate {

/// Largest picture inside an answer: chat programs keep it in their history and send it back with
/// every message.
constexpr std::size_t kMaxDataUrlBytes = 4 * 1024 * 1024;

/// Takes the long strings of a backend's answer; the first one that is a picture counts. At most
/// one part of it is held (picture_store.h).
///
///   if (co_await bytes.take(piece)) co_await bytes.store_part();
class PictureBytes {
 public:
  /// `expected_bytes`: as much room is made at once.
  PictureBytes(const Gateway& gateway, Exchange& exchange, std::uint64_t expected_bytes);

  /// Gives whether a part is full. Errors: upstream_not_an_image (the picture's base64 is damaged),
  /// upstream_too_large.
  Result<bool> take(const json::LongStrings::Piece& piece);
  /// Error: upstream_bad_response, since a picture of several parts can only be stored.
  Task<> store_part();

  /// Is the string of that index the picture?
  bool has(std::size_t index) const { return index_ == index && decoder_.finish(); }
  /// The picture's link when parts of it are stored: stores the last one. Empty when all of it is
  /// in bytes(). Error: as store_part().
  Task<std::string> finish();
  std::string& bytes() { return bytes_; }

 private:
  void begin(const json::LongStrings::Piece& piece);

  const bool stores_;
  PictureUpload upload_;
  std::uint64_t expected_bytes_;
  std::optional<std::size_t> index_;  ///< Of the picture among the long strings.
  std::optional<std::size_t> other_;  ///< Of the string in hand, when it is none.
  ImageType type_{};                  ///< Of the picture.
  Base64Decoder decoder_;
  std::string bytes_;  ///< What is not stored yet.
};

}  // namespace fluxgate
