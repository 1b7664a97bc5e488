#include "json/escaped_unit.h"

#include "base/ascii.h"

namespace fluxgate::json {

int escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t digit_at = at + 2; digit_at < at + 6; ++digit_at) {
    const int digit = hex_digit_value(text[digit_at]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

}  // namespace fluxgate::json
