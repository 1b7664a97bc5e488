// Writes errors as OpenAI's clients read them.
#pragma once

#include <string>

#include "base/error.h"

namespace fluxgate {

/// `{"error":{"message","type","param","code"}}`, all four keys always; param may be null.
/// Source: the ErrorResponse schema of OpenAI's published API description.
std::string write_error_body(const Error& error);

/// The same as an event's data, which also says when to ask again, where that is known:
/// `"fluxgate":{"retry_after":42}`, in seconds. The head, which says it in whole answers, is out.
std::string write_error_event(const Error& error);

}  // namespace fluxgate
