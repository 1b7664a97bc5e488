// Which picture URLs are admitted for one request.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// link/admission.h with the operator's policy, for a gateway that has two names: the one in its
/// links (PUBLIC_BASE_URL) and the one that this request came to. Neither is admitted.
Result<std::string> admit_picture_url(const Exchange& exchange, std::string_view url);

}  // namespace fluxgate
