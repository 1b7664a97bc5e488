// Percent coding of one parameter value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// Every byte that is not unreserved (letters, digits, `-`, `.`, `_`, `~`) as `%` and two
/// upper-case hex digits. Source: rfc-editor.org/rfc/rfc3986#section-2
std::string percent_encode(std::string_view bytes);

/// The bytes that `text` stands for, or nothing when that is not certain: a `%` without two hex
/// digits after it, hex digits in lower case (no encoder of links writes them, and so each escape
/// has one spelling), or a byte outside printable ASCII. Every other character stands for itself,
/// `+` too; escapes that were not needed are read.
std::optional<std::string> percent_decode_strict(std::string_view text);

}  // namespace fluxgate
