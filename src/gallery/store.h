// Pictures that stay: copied into a store when they are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "effect/holding.h"
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

/// Asks the store for the picture of that key, for its head, or to drop it. Errors:
/// upstream_unreachable, upstream_timeout (no head in 10 s).
Task<UpstreamResponse> ask_for_stored(const Exchange& exchange, Method method, std::string key);

/// The type that a key's extension names; nothing for what is no key of ours.
std::optional<ImageType> type_of_stored(std::string_view key);

/// Characters of a stored picture's name, 132 bits of base64url: its key is the name and a file
/// extension.
constexpr std::size_t kPictureNameCharacters = 22;

/// Has `text` the form of a picture's name?
bool is_picture_name(std::string_view text);

/// The key in the store that a picture was given from, or can be; empty when it is not there.
std::string stored_key(const Exchange& exchange, const Picture& picture);

/// The name that picture `place` of this request, 0, 1, ..., gets in the store.
std::string picture_name(const Exchange& exchange, std::uint32_t place);

/// The path under which the store serves the picture of that name; empty when it has none.
/// Errors: those of ask_for_stored().
Task<std::string> find_stored(const Exchange& exchange, std::string name);

/// Has the store let go of the picture of that key; it need not be there. Errors: those of
/// ask_for_stored(), and upstream_bad_status.
Task<> drop_stored(const Exchange& exchange, std::string key);

/// Copies the picture behind an admitted URL, past the module's memory, and gives the path
/// under which it is served. All of it is stored or nothing. Errors: those of
/// gallery/fetch.h, and upstream_unreachable for the store.
Task<std::string> store_picture(Exchange& exchange, std::uint32_t place, std::string url);

/// The same for a picture that we hold. Errors: upstream_not_an_image, upstream_unreachable.
Task<std::string> store_picture_bytes(Exchange& exchange, std::uint32_t place, std::string bytes);

/// A picture that is stored part by part. One that is never finished is not there: the store lets
/// go of its parts by itself (R2: after seven days), or is told to when the request is over. Where
/// the store knows no parts, the host holds them, and stores the whole at the end. The error of
/// every call is upstream_bad_response, in whatever way the store has failed: it was too large to
/// be kept elsewhere. Each call of a backend has one in its frame, which waits among the texts of
/// others: what few of them need is behind a pointer.
class PictureUpload {
 public:
  /// `place`: of the picture in the request.
  PictureUpload(Exchange& exchange, std::uint32_t place) : exchange_(exchange), place_(place) {}
  PictureUpload(const PictureUpload&) = delete;
  PictureUpload& operator=(const PictureUpload&) = delete;
  ~PictureUpload();

  Task<> begin(ImageType type);
  bool begun() const { return !id_.empty() || whole_; }
  /// All parts but the last have kPartBytes: stores of S3 refuse shorter ones.
  Task<> add(std::string part);
  std::size_t stored_bytes() const { return stored_bytes_; }
  /// The picture's path.
  Task<std::string> finish();

 private:
  /// The status by which a store says that it knows no parts.
  static constexpr int kNoParts = 501;
  /// What the host holds of a picture for such a store.
  struct Whole {
    ImageType type;
    Budget::Share share;
    HeldBytes bytes = {};
  };
  std::string upload_query() const;
  Task<UpstreamResponse> call(Method method, std::string_view query, std::string body) const;
  Task<> keep(std::string part);

  Exchange& exchange_;
  std::uint32_t place_;
  std::string key_;
  std::string id_;  ///< As the store names the upload, percent-encoded; none when it is at its end.
  std::vector<std::string> etags_;  ///< Of the parts.
  std::unique_ptr<Whole> whole_;    ///< None where there are parts.
  std::size_t stored_bytes_ = 0;
};

}  // namespace fluxgate
