// From a picture that was just made to what a client gets of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "exchange/exchange.h"

namespace fluxgate {

/// A picture that was made: exactly one is not empty.
struct MadePicture {
  std::string url = {};    ///< Where the backend has it; not yet admitted.
  std::string bytes = {};  ///< The picture itself.
  std::string path = {};   ///< Where we serve it: it is stored, or drawn when it is asked for.
};

/// What a client gets of a picture.
enum class Delivery : std::uint8_t {
  link,  ///< A link that it can show.
  bytes  ///< The picture itself: gallery/picture_source.h reads it.
};

/// A picture on its way to a client.
struct Picture {
  std::string link = {};    ///< Delivery::link
  MadePicture source = {};  ///< Delivery::bytes; a URL in it is admitted.

  /// What it takes in the module.
  std::size_t held_bytes() const { return link.capacity() + source.bytes.capacity(); }
};

/// The link, with a store: to the copy in it. Without one, or when copying fails (a picture that
/// was paid for is never lost): a signed link to where the backend has it, or the picture inside a
/// data URL. Nothing is copied for Delivery::bytes. Errors: upstream_bad_url,
/// upstream_not_an_image, upstream_too_large. Log: "store_failed" for a copy that failed.
Task<Picture> publish_picture(Exchange& exchange, MadePicture made, Delivery delivery);

}  // namespace fluxgate
