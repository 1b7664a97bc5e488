// Says whether a client should ask again.
#pragma once

#include <string_view>

#include "base/error.h"

namespace fluxgate {

/// The value of the header x-should-retry, which the OpenAI SDKs obey before any rule of their own:
/// "false" where asking again may be billed twice or cannot help, "true" where it may help; empty
/// for statuses that no SDK retries.
std::string_view retry_advice(const Error& error);

}  // namespace fluxgate
