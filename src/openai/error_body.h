// Errors as OpenAI's clients read them.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace fluxgate {

/// `{"error":{"message","type","param","code"}}`, all four keys always; param may be null.
/// Source: the ErrorResponse schema of OpenAI's published API description.
std::string write_error_body(const Error& error);

/// The value of the header x-should-retry, which the OpenAI SDKs obey before any rule of their own:
/// "false" where asking again would be billed again or cannot help, "true" where it may; empty for
/// statuses that no SDK retries.
std::string_view retry_advice(const Error& error);

}  // namespace fluxgate
