// Which of a backend's ratios is nearest to a size.
#include "provider/sizes.h"

#include <gtest/gtest.h>

namespace fluxgate {
namespace {

constexpr std::string_view kRatios = "1:1 3:2 2:3 16:9 9:16 19.5:9 9:19.5 2:1";

TEST(Sizes, TheNearestShapeCounts) {
  EXPECT_EQ(nearest_ratio({1024, 1024}, kRatios), "1:1");
  EXPECT_EQ(nearest_ratio({1024, 576}, kRatios), "16:9");
  EXPECT_EQ(nearest_ratio({576, 1024}, kRatios), "9:16");
  EXPECT_EQ(nearest_ratio({768, 512}, kRatios), "3:2");
  EXPECT_EQ(nearest_ratio({2048, 1024}, kRatios), "2:1");
  EXPECT_EQ(nearest_ratio({2170, 1000}, kRatios), "19.5:9");
  EXPECT_EQ(nearest_ratio({1000, 2170}, kRatios), "9:19.5");
  EXPECT_EQ(nearest_ratio({4096, 64}, kRatios), "19.5:9");
  EXPECT_EQ(nearest_ratio({64, 4096}, kRatios), "9:19.5");
}

TEST(Sizes, NearnessIsAFactorAndNotADifference) {
  EXPECT_EQ(nearest_ratio({1225, 1000}, "1:1 3:2"), "3:2");  // The border is the root of 1.5.
  EXPECT_EQ(nearest_ratio({1224, 1000}, "1:1 3:2"), "1:1");
}

}  // namespace
}  // namespace fluxgate
