// How long a backend asks us to wait.
#pragma once

#include <optional>
#include <string_view>

#include "base/unix_ms.h"
#include "http/headers.h"

namespace fluxgate {

/// The longest wait that is believed: a daily quota would ask for up to a day, but most such
/// answers come from a clock or a unit gone wrong.
constexpr UnixMs kMaxRetryAfterMs = 3'600'000;
/// The shortest that whole seconds and dates give: a date is past by the time it is read, and a
/// backend that says 0 has just refused a call.
constexpr UnixMs kMinRetryAfterMs = 1'000;

/// What the headers ask for, in ms from now, within the limits above; nothing when they do not ask
/// or cannot be read. First retry-after-ms and x-ms-retry-after-ms (Azure, OpenAI; any positive
/// number of ms), then retry-after in seconds, with or without a fraction, or as a date.
/// Source: RFC 9110 §10.2.3.
std::optional<UnixMs> read_retry_after(const Headers& headers, UnixMs now_ms);

/// Any of the three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
/// "Sun Nov  6 08:49:37 1994". Nothing for a date that does not exist or lies before 1970; whether
/// it was that day of the week is not checked. A year of two digits is the latest that lies at
/// most 50 years after `now_ms`. Source: RFC 9110 §5.6.7.
std::optional<UnixMs> parse_http_date(std::string_view text, UnixMs now_ms);

}  // namespace fluxgate
