// GET /image-proxy: shows the picture behind a link that we signed.
#pragma once

#include "exchange/exchange.h"
#include "link/image_link.h"

namespace fluxgate {

/// Checks the link, fetches the picture (redirects by hand, each hop admitted), looks at its first
/// bytes and lets the host pass on the rest. Errors before the head is out: forbidden, image_gone,
/// upstream_*. Afterwards a fault breaks the transfer.
Task<> show_image(Exchange& exchange);

}  // namespace fluxgate
