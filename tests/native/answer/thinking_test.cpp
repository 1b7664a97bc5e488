#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "split_thinking.h"

#include "answer/thinking.h"

namespace fluxgate {
namespace {

struct Outcome {
  ThinkSplit split;
  std::string shown;  ///< What push() returned, together.
};

Outcome run(const std::vector<std::string>& chunks) {
  ThinkSplitter splitter;
  Outcome result;
  for (const std::string& chunk : chunks) result.shown += splitter.push(chunk);
  result.split = splitter.finish();
  result.split.thinking.insert(0, result.shown);
  return result;
}

void expect_same(const ThinkSplit& split, const nlohmann::json& out) {
  EXPECT_EQ(split.thinking, out["thinking"].get<std::string>());
  EXPECT_EQ(split.answer, out["answer"].get<std::string>());
  EXPECT_EQ(split.unclosed, out["unclosed"].get<bool>());
}

/// What was shown is the thinking, but for the bytes that only finish() could decide.
void expect_shown(const Outcome& run) {
  ASSERT_LE(run.shown.size(), run.split.thinking.size());
  EXPECT_LE(run.split.thinking.size() - run.shown.size(), kMaxThinkMarkBytes);
  if (!run.split.unclosed) EXPECT_EQ(run.shown, run.split.thinking);
}

TEST(ThinkSplitterTest, ReadsEveryVectorAtEverySplit) {
  std::ifstream file(FLUXGATE_VECTORS_DIR "/answer/ours_thinking.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const std::string text = test["in"].get<std::string>();
    expect_same(split_thinking(text), test["out"]);

    std::vector<std::string> bytes;
    for (const char c : text) bytes.emplace_back(1, c);
    const Outcome by_bytes = run(bytes);
    expect_same(by_bytes.split, test["out"]);
    expect_shown(by_bytes);

    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      SCOPED_TRACE(cut);
      const Outcome parts = run({text.substr(0, cut), text.substr(cut)});
      expect_same(parts.split, test["out"]);
      expect_shown(parts);
    }
  }
}

TEST(ThinkSplitterTest, ShowsThinkingAsSoonAsItCannotBeATag) {
  ThinkSplitter splitter;
  EXPECT_EQ(splitter.push("<think>a cat <"), "a cat ");
  EXPECT_EQ(splitter.push("b"), "");
  EXPECT_EQ(splitter.push("."), "<b.");
  EXPECT_EQ(splitter.push("<i>"), "<i>");
  EXPECT_EQ(splitter.push("</thin"), "");
  EXPECT_EQ(splitter.push("k>a"), "");
  EXPECT_EQ(splitter.finish().answer, "a");
}

TEST(ThinkSplitterTest, ShowsThinkingWithoutAnOpeningTagWhenTheClosingOneComes) {
  ThinkSplitter splitter;
  EXPECT_EQ(splitter.push("plan"), "");
  EXPECT_EQ(splitter.push("</think>"), "plan");
  EXPECT_EQ(splitter.push("a cat"), "");
  const ThinkSplit split = splitter.finish();
  EXPECT_EQ(split.thinking, "");
  EXPECT_EQ(split.answer, "a cat");
}

TEST(ThinkSplitterTest, IsAsNewAfterFinish) {
  ThinkSplitter splitter;
  splitter.push("<think>plan<");
  EXPECT_TRUE(splitter.finish().unclosed);
  splitter.push("a cat");
  const ThinkSplit split = splitter.finish();
  EXPECT_EQ(split.answer, "a cat");
  EXPECT_EQ(split.thinking, "");
  EXPECT_FALSE(split.unclosed);
}

}  // namespace
}  // namespace fluxgate
