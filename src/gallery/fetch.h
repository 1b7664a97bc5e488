// A picture from its host: admitted, its type told, its body still to be passed on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "effect/operations.h"
#include "exchange/exchange.h"
#include "exchange/patience.h"
#include "gallery/admit.h"
#include "picture/file_type.h"
#include "picture/limits.h"

namespace fluxgate {

/// What a picture's type is taken from.
enum class TypeFrom : std::uint8_t {
  bytes,       ///< Its first bytes.
  declaration  ///< Its head, if that declares a type of ours and a length; else its first bytes.
};

struct FetchedPicture {
  ImageType type;
  std::string start;  ///< The first bytes; none when the type is declared.
  bool is_all;        ///< There are no more.
  /// The length that its host promises; nothing when it promises none.
  std::optional<std::uint64_t> length_bytes;
  Body rest;

  /// What reading the rest may take.
  ReadLimits limits() const {
    return {kMaxPictureBytes - static_cast<std::uint32_t>(start.size()), kPictureIdleMs};
  }
};

/// Follows at most three redirects by hand, each target admitted as `url` was. Errors:
/// upstream_unreachable, upstream_timeout (no head in 10 s), upstream_bad_redirect, image_gone,
/// upstream_busy, upstream_bad_status, upstream_too_large, upstream_not_an_image. Their details are
/// the names of the log (`px_...`).
Task<FetchedPicture> fetch_picture(const Exchange& exchange, std::string url,
                                   TypeFrom type_from = TypeFrom::bytes,
                                   NamedBy named_by = NamedBy::backend);

}  // namespace fluxgate
