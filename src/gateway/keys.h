// Who may ask.
#pragma once

#include "base/result.h"
#include "config/config.h"
#include "http/headers.h"

namespace fluxgate {

/// A client sends its key as `Authorization: Bearer KEY`, `Authorization: KEY`, `x-api-key` or
/// `api-key`. Errors: auth_not_configured (fails closed), invalid_api_key. Every configured key is
/// compared in constant time.
Result<void> check_client_key(const Headers& headers, const Config& config);

}  // namespace fluxgate
