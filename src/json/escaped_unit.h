// Characters that JSON texts write as \uXXXX.
#pragma once

#include <cstddef>
#include <string_view>

namespace fluxgate::json {

/// The UTF-16 unit of the escape `\uXXXX` at `at`; -1 when none stands there. A character beyond
/// U+FFFF takes two of them, a high surrogate and a low one.
int escaped_unit(std::string_view text, std::size_t at);

inline bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
inline bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace fluxgate::json
