#include "base/utc.h"

#include <chrono>

namespace fluxgate {
namespace {

void append_digits(std::string& text, unsigned value, int count) {
  std::string digits(static_cast<std::size_t>(count), '0');
  for (int at = count; at-- > 0; value /= 10) {
    digits[static_cast<std::size_t>(at)] = static_cast<char>('0' + value % 10);
  }
  text += digits;
}

}  // namespace

std::string utc_day(UnixMs time_ms) {
  const std::chrono::sys_days day{std::chrono::days(time_ms / kDayMs)};
  const std::chrono::year_month_day date{day};
  std::string text;
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  return text;
}

}  // namespace fluxgate
