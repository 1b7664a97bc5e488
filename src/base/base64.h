// Base64 of RFC 4648: the standard alphabet and the one for URLs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// With padding. Source: rfc-editor.org/rfc/rfc4648#section-4
std::string base64_encode(std::string_view bytes);
/// Alphabet `-_`, no padding. Source: rfc-editor.org/rfc/rfc4648#section-5
std::string base64url_encode(std::string_view bytes);

/// The standard alphabet, padding optional; nothing for any other byte, for white space, for an
/// impossible length or for non-zero bits behind the last byte (so one text for each value, padding
/// aside).
std::optional<std::string> base64_decode(std::string_view text);

/// How many bytes base64_decode() makes of a text of this length; padding is taken into account.
std::size_t base64_decoded_size_bytes(std::string_view text);

}  // namespace fluxgate
