// Pictures that stay: copied into the platform's object store when they are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exchange/exchange.h"
#include "http/message.h"
#include "picture/file_type.h"
#include "picture/limits.h"

namespace fluxgate {

/// What a backend made cannot be shown.
inline Error no_picture_error() {
  return Error(ErrorCode::upstream_not_an_image, "What the image backend sent is no picture.");
}
inline Error too_large_picture_error() {
  return Error(ErrorCode::upstream_too_large, "The image backend's picture is too large.");
}

/// Where stored pictures are served: "/i/" and the picture's key.
constexpr std::string_view kStoredPicturePath = "/i/";

/// The call of the store about the picture of that key.
Request stored_request(Method method, std::string_view key);

/// The type that a key's extension names; nothing for what is no key of ours.
std::optional<ImageType> type_of_stored(std::string_view key);

/// Characters of a stored picture's name, 132 bits of base64url: its key is the name and a file
/// extension.
constexpr std::size_t kPictureNameCharacters = 22;

/// Has `text` the form of a picture's name?
bool is_picture_name(std::string_view text);

/// The name that picture `place` of this request, 0, 1, ..., gets in the store.
std::string picture_name(const Exchange& exchange, std::uint32_t place);

/// The path under which the store serves the picture of that name; empty when it has none.
/// Error: upstream_unreachable.
Task<std::string> find_stored(std::string name);

/// Copies the picture behind an admitted URL, past the module's memory, and gives the path
/// under which it is served. All of it is stored or nothing. Errors: those of
/// gallery/fetch.h, and upstream_unreachable for the store.
Task<std::string> store_picture(Exchange& exchange, std::uint32_t place, std::string url);

/// The same for a picture that we hold. Errors: upstream_not_an_image, upstream_unreachable.
Task<std::string> store_picture_bytes(Exchange& exchange, std::uint32_t place, std::string bytes);

/// A picture that is stored part by part. One that is never finished is not there; the store lets
/// go of its parts by itself (R2: after seven days). The error of every call is
/// upstream_bad_response, in whatever way the store has failed: it was too large to be kept
/// elsewhere.
class PictureUpload {
 public:
  /// `place`: of the picture in the request.
  PictureUpload(Exchange& exchange, std::uint32_t place) : exchange_(exchange), place_(place) {}

  Task<> begin(ImageType type);
  bool begun() const { return !id_.empty(); }
  Task<> add(std::string part);
  std::size_t stored_bytes() const { return stored_bytes_; }
  /// The picture's path.
  Task<std::string> finish();

 private:
  Request call(Method method, std::string_view query) const;

  Exchange& exchange_;
  std::uint32_t place_;
  std::string key_;
  std::string id_;     ///< As the store names the upload, percent-encoded.
  std::string etags_;  ///< The etags of the parts, a line each.
  std::uint32_t part_count_ = 0;
  std::size_t stored_bytes_ = 0;
};

}  // namespace fluxgate
