#include "picture/ratio_table.h"

#include <gtest/gtest.h>

#include <string>

namespace fluxgate {
namespace {

TEST(RatioTableTest, HoldsTheSixWithoutConfiguration) {
  for (const char* blank : {"", "  ", ",", " , "}) {
    const Result<RatioTable> table = parse_ratio_table(blank);
    ASSERT_TRUE(table.ok());
    EXPECT_EQ(table->ratios().size(), 6u);
    EXPECT_EQ(size_text(table->find(16, 9)->size), "1024x576");
    EXPECT_EQ(table->find(4, 3), nullptr);
    EXPECT_EQ(table->find(32, 18), nullptr);
  }
}

TEST(RatioTableTest, AddsTheRatiosOfTheOperator) {
  const Result<RatioTable> table =
      parse_ratio_table(" 21:9 = 1536 x 640 ,4:5=896X1120, 999:1=4096x64 ");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->ratios().size(), 9u);
  EXPECT_EQ(size_text(table->find(21, 9)->size), "1536x640");
  EXPECT_EQ(size_text(table->find(4, 5)->size), "896x1120");
  EXPECT_EQ(size_text(table->find(999, 1)->size), "4096x64");
}

TEST(RatioTableTest, GivesOneOfTheSixAnotherSizeAndLetsTheLastOfTwoCount) {
  const Result<RatioTable> table = parse_ratio_table("1:1=512x512,1:1=2048x2048");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->ratios().size(), 6u);
  EXPECT_EQ(size_text(table->find(1, 1)->size), "2048x2048");
}

TEST(RatioTableTest, RefusesAnythingElseWithoutQuotingIt) {
  for (const std::string bad : {"21:9",
                                "=",
                                "21:9=",
                                "=1536x640",
                                "21:9=1536",
                                "21:9=1536x",
                                "21=1536x640",
                                "a:b=1536x640",
                                "0:9=1536x640",
                                "1000:1=1536x640",
                                "21:9=63x640",
                                "21:9=640x4097",
                                "21:9=-64x640",
                                "21:9=1536x640x2",
                                "21:9:3=1536x640",
                                "21:9=1536x640;4:5=896x1120",
                                "21:9=1.5x640",
                                "２１：９=1536x640",
                                "21:9==1536x640",
                                "21:9=99999999999999999999x640"}) {
    SCOPED_TRACE(bad);
    const Result<RatioTable> table = parse_ratio_table("4:5=896x1120," + bad);
    ASSERT_FALSE(table.ok());
    EXPECT_EQ(table.error().code, ErrorCode::configuration_error);
    EXPECT_EQ(table.error().message,
              "IMAGE_RATIOS: entry 2 is not of the form 21:9=1536x640 with sides of 64 to 4096 "
              "pixels.");
  }
}

TEST(RatioTableTest, IsLimitedInSize) {
  std::string extra;
  for (int i = 100; i < 158; ++i) extra += std::to_string(i) + ":99=640x640,";
  EXPECT_TRUE(parse_ratio_table(extra).ok());
  extra += "1:99=640x640";
  const Result<RatioTable> table = parse_ratio_table(extra);
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, ErrorCode::configuration_error);
  EXPECT_NE(table.error().message.find("IMAGE_RATIOS"), std::string::npos);
}

}  // namespace
}  // namespace fluxgate
