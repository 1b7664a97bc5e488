// Percent-encoding of one parameter value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// Writes every byte that is not unreserved (letters, digits, `-`, `.`, `_`, `~`) as `%` and two
/// upper-case hex digits. Source: rfc-editor.org/rfc/rfc3986#section-2
std::string percent_encode(std::string_view bytes);

/// Decodes `text`. Gives nothing for a `%` without two upper-case hex digits behind it (no encoder
/// of links writes lower-case ones, and so each escape has one spelling) and for a byte outside
/// printable ASCII. Every other character stands for itself, `+` too. Escapes that were not needed
/// are decoded as well.
std::optional<std::string> percent_decode_strict(std::string_view text);

}  // namespace fluxgate
