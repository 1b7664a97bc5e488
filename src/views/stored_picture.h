// GET /i/{id}.{ext}: a picture that was stored.
#pragma once

#include "exchange/exchange.h"
#include "gallery/store.h"

namespace fluxgate {

/// With ETag, conditions and ranges. The id cannot be guessed; who has it may see the picture.
/// Errors: image_gone for everything that is not there; for a store that fails
/// upstream_unreachable, upstream_bad_status, upstream_timeout.
Task<> show_stored_picture(Exchange& exchange);

/// DELETE /i/KEY, for the operator. Errors: forbidden, image_gone, those of gallery/store.h.
Task<> remove_stored_picture(Exchange& exchange);

}  // namespace fluxgate
