// How long a backend asks us to wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/unix_ms.h"
#include "http/headers.h"

namespace fluxgate {

/// The longest wait that is believed: a daily quota would ask for up to a day, but most such
/// answers come from a clock or a unit gone wrong.
constexpr UnixMs kMaxRetryAfterMs = 3'600'000;
/// The shortest wait that retry-after gives: a date may be past when it is read, and a backend that
/// says 0 has just refused a call.
constexpr UnixMs kMinRetryAfterMs = 1'000;

/// The wait that the headers ask for, in ms from now; nothing when they ask for none or cannot be
/// read. retry-after-ms and x-ms-retry-after-ms (OpenAI, Azure) come first and may give any
/// positive number of ms up to kMaxRetryAfterMs; retry-after, in seconds with or without a fraction
/// or as a date, stays within both limits above. Source: RFC 9110 §10.2.3.
std::optional<UnixMs> read_retry_after(const Headers& headers, UnixMs now_ms);

/// Reads a date in any of its three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94
/// 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". Gives nothing for a date that does not exist or lies
/// before 1970; the day of the week is not checked. A year of two digits is the latest such year
/// that lies at most 50 years after `now_ms`. Source: RFC 9110 §5.6.7.
std::optional<UnixMs> parse_http_date(std::string_view text, UnixMs now_ms);

/// What we tell clients when asking again makes sense after `wait_ms`: whole seconds, 1 to 60. The
/// OpenAI SDKs ignore a longer retry-after.
std::uint32_t advised_wait_s(UnixMs wait_ms);

}  // namespace fluxgate
