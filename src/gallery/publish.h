// From a picture that was just made to what a client gets of it.
#pragma once

#include <cstdint>

#include "exchange/exchange.h"
#include "picture/picture.h"

namespace fluxgate {

/// What a client gets of a picture.
enum class Delivery : std::uint8_t {
  link,   ///< A link that it can show.
  bytes,  ///< The picture itself: gallery/picture_source.h reads it.
  both    ///< The picture itself, and a link where there is one that does not hold it.
};

/// Makes of a picture that was just made what its client gets. For Delivery::bytes it stays where
/// it is, its URL admitted. For Delivery::link it becomes a link, with a store: to the copy in it.
/// Without one, or when copying fails (a picture that was paid for is never lost): a signed link to
/// where the backend has it, or the picture inside a data URL. For Delivery::both it is stored
/// where there is a store, and Picture::link is set. `place`: of the picture in the request.
/// `picture` must outlive the Task. Errors: upstream_bad_url, upstream_not_an_image,
/// upstream_too_large. Log: "store_failed" for a copy that failed.
Task<> publish_picture(Exchange& exchange, Picture& picture, std::uint32_t place,
                       Delivery delivery);

}  // namespace fluxgate
