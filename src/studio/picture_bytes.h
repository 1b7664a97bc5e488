// A picture that comes inside JSON as base64: decoded, and stored, while it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/base64.h"
#include "exchange/exchange.h"
#include "gallery/store.h"
#include "json/long_strings.h"
#include "picture/file_type.h"
#include "picture/limits.h"
#include "studio/picture_room.h"

namespace fluxgate {

/// Takes the long strings of a backend's answer; the first one that is a picture counts. At most
/// one part of it is held (gallery/store.h).
class PictureBytes {
 public:
  PictureBytes(Exchange& exchange, PictureRoom& room);

  /// The next piece; its text must stay where it is until then. A picture that turns out not to be
  /// small waits for room, and every full part until it is stored. Errors:
  /// upstream_not_an_image (the picture's base64 is damaged), upstream_too_large,
  /// upstream_bad_response (a part was not stored, and a picture of several is kept there or
  /// nowhere).
  Task<> take(json::LongStrings::Piece piece);

  /// Is the string of that index the picture?
  bool has(std::size_t index) const { return index_ == index && decoder_.finish(); }
  /// The picture's path when parts of it are stored: stores the last one. Empty when all of it is
  /// in bytes(). Error: upstream_bad_response, as take().
  Task<std::string> finish();
  std::string& bytes() { return bytes_; }

 private:
  void begin(const json::LongStrings::Piece& piece);
  void hold_part();
  Task<> store_part();

  PictureRoom& room_;
  PartMemory& memory_;
  const bool stores_;
  PictureUpload upload_;
  std::optional<std::size_t> index_;  ///< Of the picture among the long strings.
  std::optional<std::size_t> other_;  ///< Of the string in hand, when it is none.
  ImageType type_{};                  ///< Of the picture.
  Base64Decoder decoder_;
  std::string bytes_;  ///< What is not stored yet.
};

}  // namespace fluxgate
