// Pictures that stay: copied into the platform's object store when they are made, and served from
// there.
#pragma once

#include <string>
#include <string_view>

#include "gateway/exchange.h"
#include "gateway/gateway.h"

namespace fluxgate {

/// Where stored pictures are served: "/i/" and the picture's key.
constexpr std::string_view kStoredPicturePath = "/i/";

/// Copies the picture behind an admitted URL, past the module's memory, and gives its link. All of
/// it is stored or nothing. Errors: those of gateway/picture_fetch.h, and upstream_unreachable for
/// the store.
Task<std::string> store_picture(const Gateway& gateway, Exchange& exchange, std::string url);

/// Stores a picture that we hold. Errors: upstream_not_an_image, upstream_unreachable.
Task<std::string> store_picture_bytes(const Gateway& gateway, Exchange& exchange,
                                      std::string bytes);

/// GET and HEAD /i/{id}.{ext}: with ETag, conditions and ranges. The id cannot be guessed; who has
/// it may see the picture. Error: image_gone for everything that is not there.
Task<> show_stored_picture(Gateway& gateway, Exchange& exchange);

}  // namespace fluxgate
