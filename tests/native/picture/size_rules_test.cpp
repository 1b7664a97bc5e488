// The nearest size that a model takes.
#include "picture/size_rules.h"

#include <gtest/gtest.h>

namespace fluxgate {
namespace {

constexpr std::string_view kRatios = "1:1 3:2 2:3 16:9 9:16 19.5:9 9:19.5 2:1";

std::string_view ratio_for(ImageSize size, std::string_view ratios) {
  return nearest_ratio(wish_for(size), ratios);
}

std::string nearest(const SizeRules& rules, ImageSize size) {
  return size_text(nearest_size(rules, size));
}

TEST(SizeRules, TheNearestRatioCounts) {
  EXPECT_EQ(ratio_for({1024, 1024}, kRatios), "1:1");
  EXPECT_EQ(ratio_for({1024, 576}, kRatios), "16:9");
  EXPECT_EQ(ratio_for({576, 1024}, kRatios), "9:16");
  EXPECT_EQ(ratio_for({768, 512}, kRatios), "3:2");
  EXPECT_EQ(ratio_for({2048, 1024}, kRatios), "2:1");
  EXPECT_EQ(ratio_for({2170, 1000}, kRatios), "19.5:9");
  EXPECT_EQ(ratio_for({1000, 2170}, kRatios), "9:19.5");
  EXPECT_EQ(ratio_for({4096, 64}, kRatios), "19.5:9");
  EXPECT_EQ(ratio_for({64, 4096}, kRatios), "9:19.5");
}

TEST(SizeRules, NearnessIsAFactorAndNotADifference) {
  EXPECT_EQ(ratio_for({1225, 1000}, "1:1 3:2"), "3:2");  // The border is the root of 1.5.
  EXPECT_EQ(ratio_for({1224, 1000}, "1:1 3:2"), "1:1");
}

TEST(SizeRules, ASizeThatIsTakenStaysAsItIs) {
  EXPECT_EQ(nearest({}, {1000, 333}), "1000x333");
  EXPECT_EQ(nearest({}, {64, 4096}), "64x4096");
  EXPECT_EQ(nearest({.step_px = 16}, {1024, 576}), "1024x576");
  EXPECT_EQ(nearest({.sizes = "1024x1024 512x512"}, {512, 512}), "512x512");
}

TEST(SizeRules, OfAListTheRatioCountsFirstAndThenTheArea) {
  constexpr SizeRules kList{.sizes = "1024x1024 512x512 1536x1024"};
  EXPECT_EQ(nearest(kList, {600, 600}), "512x512");
  EXPECT_EQ(nearest(kList, {1000, 1000}), "1024x1024");
  EXPECT_EQ(nearest(kList, {300, 200}), "1536x1024");
  EXPECT_EQ(nearest(kList, {576, 1024}), "1024x1024");
}

TEST(SizeRules, ByNumbersTheRatioCountsFirstAndThenTheArea) {
  EXPECT_EQ(nearest({.step_px = 16}, {1000, 1000}), "1008x1008");
  EXPECT_EQ(nearest({.step_px = 16, .min_pixels = 655'360}, {1024, 576}), "1280x720");
  EXPECT_EQ(nearest({.step_px = 16}, {1920, 1080}), "2048x1152");
  EXPECT_EQ(nearest({.min_pixels = 3'686'400}, {1024, 1024}), "1920x1920");
  EXPECT_EQ(nearest({.max_ratio = 3}, {4096, 512}), "2496x832");
  EXPECT_EQ(nearest({.max_ratio = 3}, {512, 4096}), "832x2496");
}

TEST(SizeRules, NoExactRatioCostsAHugePicture) {
  // 2.39:1 is exact at 3824x1600 alone.
  EXPECT_EQ(size_text(nearest_size({}, SizeWish{239, 100, 1024 * 1024})), "1568x656");
}

TEST(SizeRules, OfRatiosTheSizeIsThatOfTheNearestTier) {
  constexpr SizeRules kTiers{.ratios = "1:1 16:9", .tiers = "1024x1024 2048x2048"};
  EXPECT_EQ(nearest(kTiers, {512, 512}), "1024x1024");
  EXPECT_EQ(nearest(kTiers, {1920, 1920}), "2048x2048");
  EXPECT_EQ(nearest(kTiers, {1024, 576}), "1280x720");
  EXPECT_EQ(nearest(kTiers, {2048, 768}), "1280x720");
}

TEST(SizeRules, AShapeIsTheSameWhenNobodySeesTheDifference) {
  EXPECT_TRUE(have_same_shape({1024, 576}, {1280, 720}));
  EXPECT_TRUE(have_same_shape({1568, 656}, {1600, 672}));
  EXPECT_FALSE(have_same_shape({1024, 576}, {1536, 1024}));
  EXPECT_FALSE(have_same_shape({1024, 576}, {576, 1024}));
}

}  // namespace
}  // namespace fluxgate
