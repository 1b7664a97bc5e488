// Which image URLs we are willing to sign and to fetch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/link_policy.h"

namespace fluxgate {

/// Longest image URL. Backends send up to about 2,000 bytes (presigned URLs), and a link that holds
/// 4,096 bytes, each escaped, stays under the 16 KiB that Workers and most servers allow for a URL.
constexpr std::size_t kMaxImageUrlBytes = 4096;

/// Admits one http(s) URL by the rules U1-U9 and gives its canonical text, the only text that may
/// be signed or fetched. Admitting the canonical text again gives the same text. The URL class of
/// the Fetch standard (url.spec.whatwg.org) reads from it exactly the host, port and scheme that
/// were checked here; it refuses a host with a broken `xn--` label, so such a URL is never fetched.
///
/// U1  at most kMaxImageUrlBytes, before and after.
/// U2  no byte 0x00-0x20, 0x7F, no backslash: URL parsers drop or rewrite them.
/// U3  `https://` (`http://` with policy.allow_http), exactly two slashes.
/// U4  authority of ASCII letters, digits, `.`, `-`, `_` and an optional port; nothing else.
/// U5  no IP address in any spelling: the last label is no number, decimal, octal or hexadecimal.
/// U6  port absent, empty, or the scheme's default, written without leading zeros.
/// U7  a public name: two labels or more of 1-63 bytes, at most 253 bytes, no trailing dot, no
///     hyphen at the edge of a label, no top-level name that only means something inside a network.
/// U8  not under a domain whose names resolve to any address that the name's writer chooses. U9
/// not our own host on any port; and in policy.image_hosts when that is not empty.
///
/// Canonical: lower-case scheme and host, no default port, no fragment, `/` for an empty path, the
/// rest byte for byte (so it may hold bytes outside ASCII).
///
/// A `host:port` that stands in policy.internal_hosts letter by letter is exempt from U3-U7 and
/// image_hosts: it may be an IP address, spelled as the URL class spells it (`127.0.0.1`, `[::1]`),
/// on http and on any port. U1, U2, the grammar of U4, U8, and U9 for our own host and port still
/// hold.
///
/// own_host: `host` or `host:port` of our public origin, lower-case; empty when unknown.
/// Error: upstream_bad_url; detail is the name of the first rule broken, never any part of the URL.
/// Vectors: tests/vectors/link/ours_admission.json.
Result<std::string> admit_image_url(std::string_view url, const LinkPolicy& policy,
                                    std::string_view own_host);

/// What a rule, "U1" to "U9", says, and the setting that would admit the URL where one does; for
/// the log.
std::string_view rule_in_words(std::string_view rule);

}  // namespace fluxgate
