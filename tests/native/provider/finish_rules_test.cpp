// Which of a backend's words a wish comes to.
#include "provider/finish_rules.h"

#include <gtest/gtest.h>

#include <tuple>

namespace fluxgate {
namespace {

TEST(FinishRules, GiveTheNearestQuality) {
  constexpr FinishRules kThree{.qualities = "low medium high"};
  constexpr FinishRules kFive{.qualities = "low medium high xhigh max"};
  constexpr FinishRules kTwo{.qualities = "standard hd"};
  struct Row {
    std::string_view wish;
    std::string_view three;
    std::string_view five;
    std::string_view two;
  };
  for (const Row& row : {
           Row{"low", "low", "low", "standard"},
           Row{"draft", "low", "low", "standard"},
           Row{"medium", "medium", "medium", "standard"},
           Row{"high", "high", "high", "hd"},
           Row{"HD", "high", "high", "hd"},
           Row{"xhigh", "high", "xhigh", "hd"},
           Row{"max", "high", "max", "hd"},
           Row{"auto", "", "", ""},
           Row{"", "", "", ""},
           Row{"8k", "", "", ""},
       }) {
    const Quality wished = read_quality(row.wish);
    EXPECT_EQ(quality_word(kThree, wished), row.three) << row.wish;
    EXPECT_EQ(quality_word(kFive, wished), row.five) << row.wish;
    EXPECT_EQ(quality_word(kTwo, wished), row.two) << row.wish;
    EXPECT_EQ(quality_word({}, wished), "") << row.wish;
  }
}

TEST(FinishRules, GiveTheBackendsWordForAFormat) {
  for (const auto& [formats, wish, word] : {
           std::tuple("png jpeg webp", "jpg", "jpeg"),
           std::tuple("png jpg", "jpeg", "jpg"),
           std::tuple("PNG JPG WEBP", "webp", "WEBP"),
           std::tuple("png jpeg", "webp", ""),
           std::tuple("png jpeg", "gif", ""),
           std::tuple("png jpeg", "auto", ""),
           std::tuple("", "png", ""),
       }) {
    EXPECT_EQ(format_word({.formats = formats}, read_file_format(wish)), word) << formats << wish;
  }
}

TEST(FinishRules, GiveNoOtherBackground) {
  constexpr FinishRules kOpaque{.backgrounds = "opaque"};
  EXPECT_EQ(background_word(kOpaque, read_background("opaque")), "opaque");
  EXPECT_EQ(background_word(kOpaque, read_background("transparent")), "");
  EXPECT_EQ(background_word(kOpaque, read_background("auto")), "");
}

TEST(FinishRules, AreThoseOfTheFirstNameThatTheModelHolds) {
  constexpr ModelFinish kAll[] = {
      {"-2.5", {.qualities = "max"}}, {"gpt", {.qualities = "low"}}, {"dall", {}}};
  EXPECT_EQ(finish_rules(kAll, "GPT-image-2.5-x").qualities, "max");
  EXPECT_EQ(finish_rules(kAll, "my-GPT").qualities, "low");
  EXPECT_EQ(finish_rules(kAll, "flux").qualities, "");
}

}  // namespace
}  // namespace fluxgate
