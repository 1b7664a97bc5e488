// From a picture that was just made to what a client gets of it.
#pragma once

#include <cstdint>

#include "exchange/exchange.h"
#include "picture/picture.h"

namespace fluxgate {

/// What a client gets of a picture.
enum class Delivery : std::uint8_t {
  link,  ///< A link that it can show.
  bytes  ///< The picture itself: gallery/picture_source.h reads it.
};

/// For Delivery::link the picture as a link, with a store: to the copy in it. Without one, or when
/// copying fails (a picture that was paid for is never lost): a signed link to where the backend
/// has it, or the picture inside a data URL. For Delivery::bytes the picture where it is, a URL of
/// it admitted. Errors: upstream_bad_url, upstream_not_an_image, upstream_too_large. Log:
/// "store_failed" for a copy that failed.
Task<Picture> publish_picture(Exchange& exchange, Picture made, Delivery delivery);

}  // namespace fluxgate
