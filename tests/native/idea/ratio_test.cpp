#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "idea/ratio.h"

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

}  // namespace
}  // namespace fluxgate
