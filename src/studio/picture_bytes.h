// Decodes, and stores, a picture that comes in an answer, while it arrives.
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

/// Takes the long strings of a backend's answer and keeps the first that is a picture, or the last
/// where drafts come before it. At most one part of the picture is held (gallery/store.h).
class PictureBytes {
 public:
  /// `place`: of the picture in the request.
  PictureBytes(Exchange& exchange, PictureRoom& room, std::uint32_t place, bool has_drafts);

  /// Takes the next piece, whose text must outlive the Task. A picture that is not small waits for
  /// room, and each full part waits until it is stored. Errors: upstream_not_an_image (the
  /// picture's base64 is damaged), upstream_too_large, upstream_bad_response (the store has not
  /// taken a part).
  Task<> take(json::LongStrings::Piece piece);

  /// Takes the next bytes of an answer that is the picture's file. Errors: as above.
  Task<> take_file(std::string_view bytes);

  /// Is the long string `index` a picture, and whole?
  bool has(std::size_t index) const { return index_ == index && decoder_.finish(); }
  /// If parts of the picture are stored, stores the last one and gives the picture's path.
  /// Otherwise gives an empty path: the picture is in bytes(). Error: upstream_bad_response, as in
  /// take().
  Task<std::string> finish();
  std::string& bytes() { return bytes_; }
  /// Is a part of the picture in the store, and not in bytes()?
  bool stores() const { return upload_->begun(); }

 private:
  void begin(const json::LongStrings::Piece& piece);
  Task<> make_room(std::size_t more_bytes);
  Task<> store_if_full();
  void hold_part();
  Task<> store_part();

  Exchange& exchange_;
  PictureRoom& room_;
  PartMemory& memory_;
  const bool stores_;
  const std::uint32_t place_;
  const bool has_drafts_;
  std::optional<PictureUpload> upload_;
  std::optional<std::size_t> index_;  ///< The long string that is the picture.
  std::optional<std::size_t> other_;  ///< The last long string that is no picture.
  ImageType type_{};                  ///< The picture's type.
  Base64Decoder decoder_;
  std::string bytes_;  ///< The picture's bytes that are not stored yet.
};

}  // namespace fluxgate
