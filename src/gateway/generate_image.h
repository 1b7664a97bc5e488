// From a prompt to a picture's link.
#pragma once

#include <string>

#include "gateway/exchange.h"
#include "gateway/gateway.h"
#include "provider/dialect.h"

namespace fluxgate {

/// Asks the model's provider with one key after the other, as failover/attempts.h says, and gives
/// the link that a client can show: a signed proxy link, a data URL, or a demo link. Errors: those
/// of failover/classify.h and attempts.h, and for a picture that cannot be shown upstream_bad_url,
/// upstream_not_an_image, upstream_too_large.
/// Log: one line for each call, "image_attempt" or the failure's name (`img_...`) with provider,
/// key (its index), ms, status, wait (s that the key rests), maybe_billed; and one for the end of a
/// run that has a name of its own (`img_all_rate`, `img_exhausted`, ...).
Task<std::string> generate_image(const Gateway& gateway, Exchange& exchange, const Model& model,
                                 ImageJob job);

}  // namespace fluxgate
