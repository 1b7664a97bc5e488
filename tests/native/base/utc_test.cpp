#include "base/utc.h"

#include <gtest/gtest.h>

namespace fluxgate {
namespace {

TEST(Utc, NamesTheDayOfAMoment) {
  EXPECT_EQ(utc_day(0), "1970-01-01");
  EXPECT_EQ(utc_day(1'767'225'599'999), "2025-12-31");
  EXPECT_EQ(utc_day(1'767'225'600'000), "2026-01-01");
  EXPECT_EQ(utc_day(1'709'164'800'000), "2024-02-29");
}

}  // namespace
}  // namespace fluxgate
