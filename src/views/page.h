// GET /: the page for people, and the files beside it.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// A page that asks for pictures in the browser. It is one document with no other resource
/// than its pictures; the policy lets nothing run but its own script, and that one speak to nobody
/// but this gateway. Sources: assets/page*.
Task<> show_page(Exchange& exchange);

/// What a browser needs to install the page, and to open it without a network: /sw.js,
/// /manifest.webmanifest and /icon.svg. Sources: assets/.
Task<> show_page_file(Exchange& exchange);

}  // namespace fluxgate
