// From a prompt to a picture's link.
#pragma once

#include <string>

#include "gateway/exchange.h"
#include "gateway/gateway.h"
#include "provider/dialect.h"

namespace fluxgate {

/// Asks the model's provider with one key after the other, as failover/policy.h says, and gives the
/// link that a client can show: a signed proxy link, a data URL, or a demo link. Errors: what
/// failover/policy.h says, upstream_timeout, upstream_bad_url, upstream_bad_response,
/// upstream_error, upstream_not_an_image, upstream_too_large.
Task<std::string> generate_image(const Gateway& gateway, Exchange& exchange, const Model& model,
                                 ImageJob job);

}  // namespace fluxgate
