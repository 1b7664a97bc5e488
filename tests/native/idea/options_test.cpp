#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "idea/options.h"

namespace fluxgate {
namespace {

std::string text_of(const ImageSize& size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

std::string name_of(Action action) {
  return action == Action::automatic ? "automatic" : action == Action::edit ? "edit" : "generate";
}

TEST(OptionsTest, ReadEveryVector) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/idea/ours_options.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 60u);
  const RatioTable table;
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const IdeaReading reading = read_idea(test["in"]["idea"].get<std::string>(), table);
    const auto& out = test["out"];
    EXPECT_EQ(reading.text, out["text"].get<std::string>());
    EXPECT_EQ(reading.options.seed.has_value(), out.contains("seed"));
    EXPECT_EQ(reading.options.seed.value_or(0), out.value("seed", 0u));
    EXPECT_EQ(reading.options.negative_prompt, out.value("negative", ""));
    EXPECT_EQ(reading.options.raw, out.value("raw", false));
    EXPECT_EQ(name_of(reading.options.action), out.value("action", "automatic"));
    EXPECT_EQ(text_of(reading.size), out.value("size", "1024x1024"));
    const std::string ratio = reading.ratio ? std::to_string(reading.ratio->width) + ":" +
                                                  std::to_string(reading.ratio->height)
                                            : "none";
    EXPECT_EQ(ratio, out.value("ratio", "none"));
  }
}

TEST(OptionsTest, ReadEveryVectorOfShapeWords) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/idea/ours_shape_words.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  ASSERT_GE(vectors["cases"].size(), 50u);
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const IdeaReading reading = read_idea(test["in"]["idea"].get<std::string>(), RatioTable());
    const auto& out = test["out"];
    EXPECT_EQ(reading.text, out["text"].get<std::string>());
    EXPECT_EQ(text_of(reading.size), out["size"].get<std::string>());
    const std::string ratio = reading.ratio ? std::to_string(reading.ratio->width) + ":" +
                                                  std::to_string(reading.ratio->height)
                                            : "none";
    EXPECT_EQ(ratio, out["ratio"].is_null() ? "none" : out["ratio"].get<std::string>());
    EXPECT_EQ(reading.size_is_asked, reading.ratio.has_value());
  }
}

TEST(OptionsTest, AskForAPictureWhereAPersonWritesThem) {
  for (const char* message :
       {"--raw hi", "hi --raw", "--new Summarize the conversation", "—new hello",
        "Summarize the conversation --new", "Summarize --edit the conversation", " \n--RAW hi",
        "\"hi --raw\"", "--new\nSummarize: the conversation", "16:9 --new hi", "--seed 7 --raw hi",
        "总结--new"}) {
    EXPECT_TRUE(asks_for_picture(message)) << message;
  }
  for (const char* message :
       {"", "hi", "--seed 7", "a -- cat", "Summarize \"a cat --raw\"", "--newest hi",
        "Give it a title: a cat --raw", "Give it a title：a cat --raw",
        "Give this a title.\n\na cat --raw", "a cat --raw\n\nGive this a title.",
        "Summarize this:\nUser: --new a cat", "```\n--raw\n```"}) {
    EXPECT_FALSE(asks_for_picture(message)) << message;
  }
  EXPECT_FALSE(asks_for_picture("--raw " + std::string(4 * kMaxIdeaCharacters, 'a')));
}

TEST(OptionsTest, TakeLinearTime) {
  const RatioTable table;
  const std::string units[] = {"--a",
                               "--no ",
                               "--no a ",
                               "--seed 1 ",
                               "--seed ",
                               "--seed 1,",
                               "--raw ",
                               "--",
                               "—no ",
                               "—",
                               "\"--no ",
                               "'--raw' ",
                               "`--raw` ",
                               "猫--no",
                               "－",
                               "(--raw)",
                               "--no\n",
                               "--no ,",
                               "－－no a",
                               "--no \"",
                               "a.bc/ ",
                               "“--raw",
                               "--raw-",
                               "--seed 9",
                               "portrait ",
                               "hochformat",
                               "in a square format",
                               "\"hochformat.\"",
                               ", square",
                               "竖版"};
  for (const std::string& head : {std::string(), "a" + std::string(16000, '\n'), std::string("x"),
                                  std::string(16000, ' '), std::string(16000, '\'')}) {
    for (const std::string& unit : units) {
      std::string idea = head;
      while (idea.size() < 32000) idea += unit;
      const auto start = std::chrono::steady_clock::now();
      const IdeaReading reading = read_idea(idea, table);
      const auto spent = std::chrono::steady_clock::now() - start;
      EXPECT_LE(reading.text.size(), idea.size());
      // A few milliseconds as built for release; the limit leaves room for busy machines.
      EXPECT_LT(std::chrono::duration<double>(spent).count(), 0.3) << "unit: " << unit;
    }
  }
}

TEST(OptionsTest, SurviveDamagedText) {
  const std::string idea =
      "a \xE2\x80 cat \xFF--seed 1 --no \xF0\x9F\x98 x \xE2\x80\x94raw \xEF\xBC";
  for (std::size_t end = 0; end <= idea.size(); ++end) {
    EXPECT_LE(read_idea(idea.substr(0, end), RatioTable()).text.size(), end);
  }
  EXPECT_FALSE(read_idea(idea, RatioTable()).options.seed.has_value());
}

}  // namespace
}  // namespace fluxgate
