// The secret for links, where no setting gives one.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Takes the secret that signs links from the ledger, where the first request has made it, if this
/// instance has none and needs one. While the ledger cannot be asked, links are not signed: clients
/// get the addresses of the backends.
Task<> find_link_secret(Exchange& exchange);

}  // namespace fluxgate
