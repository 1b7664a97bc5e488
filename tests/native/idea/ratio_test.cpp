#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "idea/ratio.h"
#include "idea/ratio_table.h"

namespace fluxgate {
namespace {

nlohmann::json read_vectors(const std::string& name) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/idea/" + name);
  return nlohmann::json::parse(file, nullptr, false);
}

std::string text_of(const ImageSize& size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

std::string text_of(const std::optional<Ratio>& ratio) {
  if (!ratio) return "none";
  return std::to_string(ratio->width) + ":" + std::to_string(ratio->height);
}

TEST(RatioTest, ReadsEveryVector) {
  const nlohmann::json vectors = read_vectors("ours_ratio.json");
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 120u);
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const Result<RatioTable> table = parse_ratio_table(test["in"].value("ratios", ""));
    ASSERT_TRUE(table.ok());
    const RatioReading reading = read_ratio(test["in"]["idea"].get<std::string>(), *table);
    const auto& out = test["out"];
    EXPECT_EQ(reading.text, out["text"].get<std::string>());
    EXPECT_EQ(text_of(reading.size), out["size"].get<std::string>());
    EXPECT_EQ(text_of(reading.ratio),
              out["ratio"].is_null() ? "none" : out["ratio"].get<std::string>());
  }
}

TEST(RatioTest, TakesLinearTime) {
  const RatioTable table;
  const std::string units[] = {
      "1",         ":",          "1:",       "1 : ",     "16:9",  "16:9 ",        "16:9,",
      "--ar 1:1 ", "--ar 1:1,",  "`",        "``` ",     "```\n", "` `` ",        "\n",
      " ",         "1:1\n",      "(1:1)",    "http://",  "a.bc",  "ratio ",       "ratio 7:3 ",
      "in ",       "（７：３）", "～～～\n", "a.bc:1/ ", ", ",    "\"--ar 1:1\"", "--",
      "`\n\n",     "　"};
  for (const std::string& head : {std::string(), "a" + std::string(16000, '\n'),
                                  std::string(16000, ' '), std::string(16000, '(')}) {
    for (const std::string& unit : units) {
      std::string idea = head;
      while (idea.size() < 32000) idea += unit;
      const auto start = std::chrono::steady_clock::now();
      const RatioReading reading = read_ratio(idea, table);
      const auto spent = std::chrono::steady_clock::now() - start;
      EXPECT_LE(reading.text.size(), idea.size());
      // Some 1 ms as built for release; the limit leaves room for sanitizers and busy machines.
      EXPECT_LT(std::chrono::duration<double>(spent).count(), 0.2) << "unit: " << unit;
    }
  }
}

TEST(RatioTableTest, HoldsTheSixWithoutConfiguration) {
  for (const char* blank : {"", "  ", ",", " , "}) {
    const Result<RatioTable> table = parse_ratio_table(blank);
    ASSERT_TRUE(table.ok());
    EXPECT_EQ(table->ratios().size(), 6u);
    EXPECT_EQ(text_of(table->find(16, 9)->size), "1024x576");
    EXPECT_EQ(table->find(4, 3), nullptr);
    EXPECT_EQ(table->find(32, 18), nullptr);
  }
}

TEST(RatioTableTest, AddsTheRatiosOfTheOperator) {
  const Result<RatioTable> table =
      parse_ratio_table(" 21:9 = 1536 x 640 ,4:5=896X1120, 999:1=4096x64 ");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->ratios().size(), 9u);
  EXPECT_EQ(text_of(table->find(21, 9)->size), "1536x640");
  EXPECT_EQ(text_of(table->find(4, 5)->size), "896x1120");
  EXPECT_EQ(text_of(table->find(999, 1)->size), "4096x64");
}

TEST(RatioTableTest, GivesOneOfTheSixAnotherSizeAndLetsTheLastOfTwoCount) {
  const Result<RatioTable> table = parse_ratio_table("1:1=512x512,1:1=2048x2048");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->ratios().size(), 6u);
  EXPECT_EQ(text_of(table->find(1, 1)->size), "2048x2048");
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
