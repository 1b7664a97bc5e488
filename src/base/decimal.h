// Fractions without floating point: prices and waits are decimals, and are counted exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// The number in billionths: "0.003" is 3,000,000, "-1.5e2" is -150,000,000,000. `text` is a number
/// of JSON's grammar (rfc-editor.org/rfc/rfc8259#section-6). Digits behind the ninth place are
/// dropped. Nothing for other texts, and for numbers of more than nine billion, which do not fit.
std::optional<std::int64_t> parse_billionths(std::string_view text);

/// The shortest decimal of so many billionths, without an exponent: "0.003", "2", "-0.5".
std::string write_billionths(std::int64_t billionths);

}  // namespace fluxgate
