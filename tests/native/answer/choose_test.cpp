// Whole answers of language models: their thinking and the prompt in them.
#include "answer/choose.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "answer/thinking.h"
#include "base/ascii.h"
#include "prompt/clean_up.h"

namespace fluxgate {
namespace {

struct Reading {
  std::string thinking;
  std::string prompt;
  bool operator==(const Reading&) const = default;
};

/// Reads an answer that comes in chunks of `chunk_bytes`.
Reading read(const std::string& answer, std::size_t chunk_bytes) {
  ThinkSplitter splitter;
  Reading reading;
  for (std::size_t at = 0; at < answer.size(); at += chunk_bytes) {
    reading.thinking += splitter.push(answer.substr(at, chunk_bytes));
  }
  const ThinkSplit split = splitter.finish();
  reading.thinking += split.thinking;
  reading.thinking = std::string(trim(reading.thinking));
  if (!split.unclosed) reading.prompt = clean_prompt(split.answer);
  return reading;
}

TEST(ChoosePromptTest, ReadsEveryVectorHoweverItIsSplit) {
  std::ifstream file(FLUXGATE_VECTORS_DIR "/answer/ours_answers.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 500u);
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const std::string answer = test["in"].get<std::string>();
    const Reading whole = read(answer, answer.size() + 1);
    EXPECT_EQ(whole.prompt, test["out"].get<std::string>());
    if (test.contains("thinking")) {
      EXPECT_EQ(whole.thinking, test["thinking"].get<std::string>());
    }
    for (const std::size_t chunk_bytes : {1u, 2u, 7u}) EXPECT_EQ(read(answer, chunk_bytes), whole);
    EXPECT_EQ(clean_prompt(whole.prompt), whole.prompt) << "a chosen prompt is chosen again";
  }
}

TEST(ChoosePromptTest, StaysQuickForAnswersWithoutEnd) {
  for (const std::string unit :
       {"{\"prompt\": ", "- a\n", "**a:** b\n", "a: ", "Sure! ", "> ", "<prompt>", "```\n", "[\"",
        "{'a': 'b", "|a|b|\n", "a -- b, ", " **a:**", "me - ", "A Note: ", "(a) "}) {
    SCOPED_TRACE(unit);
    std::string answer;
    while (answer.size() < 1'000'000) answer += unit;
    EXPECT_LE(clean_prompt(answer).size(), kMaxPromptBytes);
  }
}

}  // namespace
}  // namespace fluxgate
