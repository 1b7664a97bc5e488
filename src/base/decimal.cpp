#include "base/decimal.h"

#include <algorithm>

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kPlaces = 9;
constexpr std::int64_t kMost = 9 * kBillion * kBillion;
/// No number that fits has an exponent that is further from 0 than its text is long and this.
constexpr std::uint64_t kMaxExponent = 1'000'000;

/// Takes the digits at the start of `text`.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

/// "e-3" at the start of `text`; 0 when there is none.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (!take(text, 'e') && !take(text, 'E')) return 0;
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  const std::string_view digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  const auto exponent =
      static_cast<std::int64_t>(parse_unsigned(digits, kMaxExponent).value_or(kMaxExponent));
  return is_negative ? -exponent : exponent;
}

}  // namespace

std::optional<std::int64_t> parse_billionths(std::string_view text) {
  const bool is_negative = take(text, '-');
  const std::string_view whole = take_digits(text);
  const std::string_view fraction = take(text, '.') ? take_digits(text) : std::string_view();
  const auto exponent = take_exponent(text);
  if (whole.empty() || !exponent || !text.empty()) return std::nullopt;

  // The place of the next digit, 0 being that of a billionth.
  std::int64_t place = static_cast<std::int64_t>(whole.size()) - 1 + *exponent + kPlaces;
  std::int64_t value = 0;
  for (const std::string_view digits : {whole, fraction}) {
    for (const char digit : digits) {
      if (place-- < 0) break;
      if (value > (kMost - (digit - '0')) / 10) return std::nullopt;
      value = value * 10 + (digit - '0');
    }
  }
  for (; place >= 0 && value > 0; --place) {
    if (value > kMost / 10) return std::nullopt;
    value *= 10;
  }
  return is_negative ? -value : value;
}

std::string write_billionths(std::int64_t billionths) {
  const std::int64_t size = billionths < 0 ? -billionths : billionths;
  std::string text = (billionths < 0 ? "-" : "") + std::to_string(size / kBillion);
  if (size % kBillion == 0) return text;
  std::string fraction = std::to_string(kBillion + size % kBillion);
  fraction.front() = '.';
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return text + fraction;
}

}  // namespace fluxgate
