// Decimals as billionths.
#include "base/decimal.h"

#include <gtest/gtest.h>

namespace fluxgate {
namespace {

TEST(Decimal, ReadsNumbersOfJson) {
  const std::pair<const char*, std::int64_t> examples[] = {
      {"0", 0},
      {"-0", 0},
      {"0.003", 3'000'000},
      {"1.5", 1'500'000'000},
      {"-0.5", -500'000'000},
      {"57.3", 57'300'000'000},
      {"0.000000001", 1},
      {"0.0000000019", 1},
      {"0.0000000009", 0},
      {"1.5e2", 150'000'000'000},
      {"-1.5E+2", -150'000'000'000},
      {"25e-4", 2'500'000},
      {"1e-9", 1},
      {"1e-99999999999999999999", 0},
      {"0e99999999999999999999", 0},
      {"0.00e400", 0},
      {"9000000000", 9'000'000'000'000'000'000},
      {"0.0000000000000000000000000009e28", 9'000'000'000},
  };
  for (const auto& [text, billionths] : examples) {
    EXPECT_EQ(parse_billionths(text), billionths) << text;
  }
}

TEST(Decimal, RefusesWhatIsNoNumberOrDoesNotFit) {
  for (const char* text : {"", "-", ".5", "+1", "1e", "1e+", "x", "1x", " 1", "1 ", "--1", "1..2",
                           "9000000001", "1e10", "1e400", "99999999999999999999999999"}) {
    EXPECT_EQ(parse_billionths(text), std::nullopt) << text;
  }
}

TEST(Decimal, WritesTheShortestThatReadsBack) {
  const std::pair<std::int64_t, const char*> examples[] = {
      {0, "0"},
      {3'000'000, "0.003"},
      {2'000'000'000, "2"},
      {-500'000'000, "-0.5"},
      {1, "0.000000001"},
      {1'234'567'890'123, "1234.567890123"},
      {-9'000'000'000'000'000'000, "-9000000000"},
  };
  for (const auto& [billionths, text] : examples) {
    EXPECT_EQ(write_billionths(billionths), text);
    EXPECT_EQ(parse_billionths(text), billionths);
  }
}

}  // namespace
}  // namespace fluxgate
