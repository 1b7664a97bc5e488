#include "failover/retry_after.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr UnixMs kDayMs = 86'400'000;

/// Days from 1970-01-01 to that day of the proleptic Gregorian calendar. The year is counted from
/// March, so that the leap day is its last. Source: howardhinnant.github.io/date_algorithms.html
std::int64_t days_since_1970(std::int64_t year, int month, int day) {
  const std::int64_t march_year = month <= 2 ? year - 1 : year;
  const std::int64_t march_month = (month + 9) % 12;
  const std::int64_t era = march_year / 400;  // Years are not negative here.
  const std::int64_t year_of_era = march_year % 400;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

int days_in_month(int year, int month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// The number of a month, 1-12; 0 when `name` names none.
int month_number(std::string_view name) {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (name.size() != 3) return 0;
  for (int month = 1; month <= 12; ++month) {
    if (equals_ignoring_case(name, kMonths.substr(static_cast<std::size_t>(month - 1) * 3, 3))) {
      return month;
    }
  }
  return 0;
}

std::optional<int> number_of(std::string_view text, std::size_t digit_count, std::uint64_t most) {
  if (text.size() != digit_count) return std::nullopt;
  const auto value = parse_unsigned(text, most);
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

/// "08:49:37" as ms of the day. A leap second counts as the next second.
std::optional<UnixMs> time_of_day(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = number_of(text.substr(0, 2), 2, 23);
  const auto minute = number_of(text.substr(3, 2), 2, 59);
  const auto second = number_of(text.substr(6, 2), 2, 60);
  if (!hour || !minute || !second) return std::nullopt;
  return ((UnixMs{*hour} * 60 + *minute) * 60 + *second) * 1000;
}

int year_of(UnixMs now_ms) {
  return static_cast<int>(1970 + now_ms / kDayMs * 400 / 146'097);
}

/// Two digits stand for the latest year of the past hundred and the coming fifty.
int full_year(int two_digits, UnixMs now_ms) {
  const int now_year = year_of(now_ms);
  int year = now_year / 100 * 100 + two_digits;
  if (year > now_year + 50) year -= 100;
  if (year <= now_year - 50) year += 100;
  return year;
}

/// Splits a date at spaces, commas and hyphens and gives the number of words; 0 when there are more
/// than six.
std::size_t split_date(std::string_view text, std::array<std::string_view, 6>& words) {
  std::size_t count = 0;
  while (true) {
    const std::size_t start = text.find_first_not_of(" ,-");
    if (start == std::string_view::npos) return count;
    if (count == words.size()) return 0;
    text.remove_prefix(start);
    const std::size_t end = text.find_first_of(" ,-");
    words[count++] = text.substr(0, end);
    if (end == std::string_view::npos) return count;
    text.remove_prefix(end);
  }
}

/// A decimal number as thousandths: "2" is 2000, "0.25" is 250. A whole part above 3600 counts as
/// 3600.
std::optional<UnixMs> thousandths(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
  UnixMs value = static_cast<UnixMs>(parse_unsigned(whole, 3600).value_or(3600)) * 1000;
  if (point == std::string_view::npos) return value;
  const std::string_view fraction = text.substr(point + 1);
  UnixMs unit = 100;
  for (const char digit : fraction) {
    if (!is_digit(digit)) return std::nullopt;
    value += (digit - '0') * unit;
    unit /= 10;
  }
  return value;
}

/// Whole milliseconds, without their fraction; nothing for 0, which asks for no wait.
std::optional<UnixMs> milliseconds(std::string_view text) {
  text = text.substr(0, text.find('.'));
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  const auto value =
      static_cast<UnixMs>(parse_unsigned(text, static_cast<std::uint64_t>(kMaxRetryAfterMs))
                              .value_or(kMaxRetryAfterMs));
  return value > 0 ? std::optional<UnixMs>(value) : std::nullopt;
}

}  // namespace

std::optional<UnixMs> parse_http_date(std::string_view text, UnixMs now_ms) {
  std::array<std::string_view, 6> words;
  const std::size_t count = split_date(text, words);
  std::string_view day_text, month_text, year_text, time_text;
  if (count == 6 && words[5] == "GMT") {  // The two forms with a comma.
    day_text = words[1], month_text = words[2], year_text = words[3], time_text = words[4];
  } else if (count == 5) {  // asctime()
    month_text = words[1], day_text = words[2], time_text = words[3], year_text = words[4];
  } else {
    return std::nullopt;
  }
  auto year = number_of(year_text, 4, 9999);
  if (!year) {
    const auto two_digits = number_of(year_text, 2, 99);
    if (!two_digits) return std::nullopt;
    year = full_year(*two_digits, now_ms);
  }
  const int month = month_number(month_text);
  const auto day = number_of(day_text, day_text.size() == 1 ? 1 : 2, 31);
  const auto time = time_of_day(time_text);
  if (*year < 1970 || month == 0 || !day || !time) return std::nullopt;
  if (*day < 1 || *day > days_in_month(*year, month)) return std::nullopt;
  return days_since_1970(*year, month, *day) * kDayMs + *time;
}

std::optional<UnixMs> read_retry_after(const Headers& headers, UnixMs now_ms) {
  for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    const auto wait_ms = milliseconds(trim(headers.find(name).value_or("")));
    if (wait_ms) return wait_ms;
  }
  const std::string_view text = trim(headers.find("retry-after").value_or(""));
  std::optional<UnixMs> wait_ms = thousandths(text);
  if (!wait_ms) {
    const auto date_ms = parse_http_date(text, now_ms);
    if (!date_ms) return std::nullopt;
    wait_ms = *date_ms - now_ms;
  }
  return std::clamp(*wait_ms, kMinRetryAfterMs, kMaxRetryAfterMs);
}

std::uint32_t advised_wait_s(UnixMs wait_ms) {
  return static_cast<std::uint32_t>(std::clamp<UnixMs>((wait_ms + 999) / 1000, 1, 60));
}

}  // namespace fluxgate
