// Takes the place of the C library's strtod, whose exact arithmetic on 128-bit numbers is a
// twentieth of the module. Its one caller is nlohmann/json's reader of numbers with a fraction or
// an exponent. The core asks of such a number only that it is in range, which src/json/ refuses
// otherwise.
#include <cstddef>

namespace {

/// The decimal exponent of the largest double, 1.8e308.
constexpr long kMaxExponent = 308;
/// No exponent written in a text of 96 MiB needs to be told from a larger one.
constexpr long kEnough = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

/// Infinity beyond the range of double, 0 otherwise. `text` is a number of JSON's grammar.
extern "C" double strtod(const char* text, char** end) {
  const char* at = text;
  if (*at == '-') ++at;
  // The exponent of the first digit that is not 0.
  long exponent = -1;
  bool significant = false;
  for (; is_digit(*at); ++at) {
    significant = significant || *at != '0';
    if (significant) ++exponent;
  }
  if (*at == '.') {
    for (++at; is_digit(*at); ++at) {
      if (significant) continue;
      significant = *at != '0';
      --exponent;
    }
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+') ++at;
    long written = 0;
    for (; is_digit(*at); ++at) written = written < kEnough ? written * 10 + (*at - '0') : written;
    exponent += negative ? -written : written;
  }
  if (end != nullptr) *end = const_cast<char*>(at);
  return significant && exponent > kMaxExponent ? __builtin_inf() : 0.0;
}

// The library has all three in one object file, so all three must be replaced.
extern "C" float strtof(const char* text, char** end) {
  return static_cast<float>(strtod(text, end));
}
extern "C" long double strtold(const char* text, char** end) {
  return strtod(text, end);
}
