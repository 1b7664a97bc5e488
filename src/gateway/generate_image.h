// From a prompt to the links of its pictures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/audience.h"
#include "gateway/exchange.h"
#include "gateway/instance.h"
#include "gateway/picture_room.h"
#include "provider/dialect.h"

namespace fluxgate {

/// Makes `count` pictures side by side, each with calls of its own: one key after the other, as
/// failover/attempts.h says. The texts of `job` must outlive the Task; its seed grows by one from
/// picture to picture. Gives the links that a
/// client can show: of stored pictures, signed, data URLs, or of the demo. `audience` hears of each
/// call; pictures that come inside JSON take `room`.
///
/// Some pictures may fail: those that were made, and paid for, are given. Errors when none was, the
/// first one's: those of failover/classify.h and attempts.h, and for a picture that cannot be shown
/// upstream_bad_url, upstream_not_an_image, upstream_too_large.
///
/// Log: one line for each call, "image_attempt" or the failure's name (`img_...`) with provider,
/// key (its index), ms, status, wait (s that the key rests), maybe_billed; and one for the end of a
/// run that has a name of its own (`img_all_rate`, `img_exhausted`, ...).
Task<std::vector<std::string>> generate_images(Exchange& exchange, Audience& audience,
                                               const Model& model, ImageJob job,
                                               std::uint32_t count, PictureRoom& room);

}  // namespace fluxgate
