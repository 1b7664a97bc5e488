#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/utf8.h"
#include "idea/visible_text.h"
#include "prompt/clean_up.h"

namespace fluxgate {
namespace {

TEST(CleanUpTest, ReadsEveryVector) {
  std::ifstream file(FLUXGATE_VECTORS_DIR "/prompt/ours_clean_up.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 40u);
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const std::string prompt = clean_prompt(test["in"].get<std::string>());
    EXPECT_EQ(prompt, test["out"].get<std::string>());
    EXPECT_EQ(clean_prompt(prompt), prompt) << "a clean prompt is clean";
  }
}

TEST(CleanUpTest, DropsDamagedBytes) {
  EXPECT_EQ(clean_prompt("a \xFF"
                         "cat\xC3"),
            "a cat");
  EXPECT_EQ(clean_prompt("\xED\xA0\x80 cat"), "cat");
  EXPECT_EQ(clean_prompt("a cat \xF0\x9F\x90"), "a cat");
  EXPECT_EQ(clean_prompt("\xC0\xAF"), "");
}

TEST(CleanUpTest, KeepsItsLimitsWhateverComes) {
  for (const std::string unit :
       {"a", "a ", "word ", "猫", "猫，", "\"a\" ", "“", "Prompt: ", "```\n", "\n", "x,",
        "🐱\xE2\x80\x8D", "(", "**a** ", "\"Prompt: ", "a b\xC2\xA0"}) {
    SCOPED_TRACE(unit);
    for (const std::size_t repeats : {10u, 49u, 50u, 51u, 700u, 3000u, 100000u}) {
      std::string answer;
      for (std::size_t i = 0; i < repeats; ++i) answer += unit;
      const std::string prompt = clean_prompt(answer);
      EXPECT_LE(prompt.size(), kMaxPromptBytes);
      EXPECT_LE(count_words(prompt), kMaxPromptWords);
      EXPECT_EQ(prompt.find('\n'), std::string::npos);
    }
  }
}

TEST(CleanUpTest, StaysQuickWhenLabelsAndQuotesNestWithoutEnd) {
  std::string answer;
  for (int i = 0; i < 100000; ++i) answer += "\"Prompt: ";
  answer.append(100000, '"');
  EXPECT_LE(clean_prompt(answer).size(), kMaxPromptBytes);
}

TEST(CleanUpTest, CountsWordsBetweenWhiteSpace) {
  EXPECT_EQ(count_words(""), 0u);
  EXPECT_EQ(count_words("  \n"), 0u);
  EXPECT_EQ(count_words(" a cat,\non\xE3\x80\x80 - sofa "), 5u);
}

TEST(CleanUpTest, FoldsWithoutUnwrapping) {
  EXPECT_EQ(fold_to_one_line("\"Prompt:\n a \x07 cat\" "), "\"Prompt: a cat\"");
}

}  // namespace
}  // namespace fluxgate
