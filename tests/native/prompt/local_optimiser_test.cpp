#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/ascii.h"
#include "idea/quotations.h"
#include "prompt/clean_up.h"
#include "prompt/idea_phrases.h"
#include "prompt/local_optimiser.h"

namespace fluxgate {
namespace {

nlohmann::json read_vectors(const std::string& name) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/" + name);
  return nlohmann::json::parse(file, nullptr, false);
}

/// What holds for every prompt.
void expect_well_formed(const std::string& prompt) {
  EXPECT_LE(count_words(prompt), kMaxPromptWords);
  EXPECT_LE(prompt.size(), kMaxPromptBytes);
  EXPECT_EQ(tidy_prompt(prompt), prompt);
  EXPECT_EQ(prompt.find("  "), std::string::npos);
  for (const char* spam : {"masterpiece", "8k", "4k", "best quality", "trending"}) {
    EXPECT_EQ(prompt.find(spam), std::string::npos) << spam;
  }
}

TEST(LocalOptimiserTest, ReadsEveryVector) {
  const nlohmann::json vectors = read_vectors("prompt/ours_local_optimiser.json");
  ASSERT_TRUE(vectors.contains("cases"));
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const std::string prompt = optimise_locally(test["in"].get<std::string>());
    SCOPED_TRACE(prompt);
    const std::string start = test["out"].value("starts_with", "");
    EXPECT_EQ(prompt.substr(0, start.size()), start);
    if (test["out"].empty()) EXPECT_EQ(prompt, "");
    for (const auto& part : test["out"].value("contains", nlohmann::json::array())) {
      EXPECT_NE(prompt.find(part.get<std::string>()), std::string::npos) << part;
    }
    for (const auto& part : test["out"].value("lacks", nlohmann::json::array())) {
      EXPECT_EQ(prompt.find(part.get<std::string>()), std::string::npos) << part;
    }
    expect_well_formed(prompt);
  }
}

TEST(LocalOptimiserTest, MakesWellFormedPromptsOfTheIdeasOfOtherVectors) {
  const nlohmann::json ratio = read_vectors("idea/ours_ratio.json");
  for (const auto& test : ratio["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    expect_well_formed(optimise_locally(test["out"]["text"].get<std::string>()));
  }
  const nlohmann::json clean_up = read_vectors("prompt/ours_clean_up.json");
  for (const auto& test : clean_up["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    expect_well_formed(optimise_locally(test["in"].get<std::string>()));
  }
}

TEST(LocalOptimiserTest, NeverDropsQuotedTextThatFits) {
  const std::string quotation = "\"KEEP THIS, PLEASE.\"";
  for (std::size_t before = 0; before < 120; ++before) {
    std::string idea;
    for (std::size_t i = 0; i < before; ++i) idea += "word ";
    idea += "on a sign: " + quotation + " in red and blue and many more colors than fit";
    const std::string prompt = optimise_locally(idea);
    EXPECT_NE(prompt.find(quotation), std::string::npos) << before << ": " << prompt;
    expect_well_formed(prompt);
  }
}

TEST(LocalOptimiserTest, StaysQuickWithTheLongestIdeas) {
  for (const std::string unit :
       {"a",  " ", "\n", ".",  "\"",     "'",     " '",      "'a", "“", "a. ",   "1. ",
        "- ", ",", "猫", "「", "\"a\" ", "draw ", "please ", "请", "`", "\"a\"", "word "}) {
    SCOPED_TRACE(unit);
    std::string idea = std::string(16000, 'x') + "\n";
    std::string alone;
    while (alone.size() < 96000) alone += unit;
    idea += alone;
    expect_well_formed(optimise_locally(idea));
    expect_well_formed(optimise_locally(alone));
  }
}

TEST(QuotationsTest, AreFoundWithTheirMarks) {
  const std::string text = "a \"b\" 'c d' it's “e” 5\" «f» \"open";
  std::string found;
  for (const Span& span : find_quotations(text)) {
    found += text.substr(span.begin, span.end - span.begin) + "|";
  }
  EXPECT_EQ(found, "\"b\"|'c d'|“e”|«f»|");
}

}  // namespace
}  // namespace fluxgate
