// The first line of an answer, and texts on their way to a client.
#include "answer/turn.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "prompt/change.h"

namespace fluxgate {
namespace {

TEST(Turn, TheFirstLineSaysIt) {
  for (const std::string_view word : {"PICTURE", "EDIT", "TEXT"}) {
    const Turn turn = word == "TEXT" ? Turn::text : word == "EDIT" ? Turn::edit : Turn::picture;
    for (const std::string& answer :
         {std::string(word) + "\na cat", "**" + std::string(word) + "**\n\na cat",
          "\n\n" + std::string(word) + ": a cat", "`" + std::string(word) + "`\r\na cat"}) {
      SCOPED_TRACE(answer);
      const TurnReading reading = read_turn(answer);
      EXPECT_TRUE(reading.certain);
      EXPECT_EQ(reading.turn, turn);
      EXPECT_EQ(reading.rest, "a cat");
    }
  }
}

TEST(Turn, OtherAnswersArePictures) {
  for (const std::string_view answer :
       {"a cat", "TEXT in gold letters on a wall", "EDITED photograph of a cat", "Text\na cat",
        "picture of a cat", "", "a TEXT\nTEXT\n"}) {
    SCOPED_TRACE(answer);
    EXPECT_EQ(read_turn(answer).turn, Turn::picture);
    EXPECT_EQ(read_turn(answer).rest, answer);
  }
}

TEST(Turn, APictureNeedsNoLineOfItsOwn) {
  EXPECT_EQ(read_turn("PICTURE a red fox, snow").rest, "a red fox, snow");
  EXPECT_EQ(read_turn("TEXT：hi").rest, "hi");
  EXPECT_EQ(read_turn("TEXT：hi").turn, Turn::text);
  EXPECT_EQ(read_turn("TEXT in gold").turn, Turn::picture);
}

TEST(Turn, IsUncertainWhileTheLineMayGoOn) {
  for (const std::string_view answer :
       {"", "TE", "TEXT", "**TEXT", "PICTURE**", "EDIT\xEF", "TEXT\xEF\xBC"}) {
    EXPECT_FALSE(read_turn(answer).certain) << answer;
  }
}

std::string filtered(std::string_view text, std::size_t chunk_bytes) {
  TextFilter filter;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += chunk_bytes) {
    out += filter.push(text.substr(at, chunk_bytes));
  }
  return out + filter.finish();
}

TEST(TextFilter, TakesTheMarksOfPicturesLinksAndHtml) {
  for (const auto& [text, expected] : {
           std::pair<std::string_view, std::string_view>{"Hello, how are you?",
                                                         "Hello, how are you?"},
           {"![x](https://a.example/b)", "\\![x\\](https: //a.example/b)"},
           {"see [this](/x) now", "see [this\\](/x) now"},
           {"[a]: /x", "[a\\]: /x"},
           {"<img src=x> a < b", "\\<img src=x> a < b"},
           {"www.a.example", "www. a.example"},
           {"\\![a\\](//e.example)", "\\\\\\![a\\\\\\](//e.example)"},
           {"[1] ![x](//e.example)", "[1] \\![x\\](//e.example)"},
           {"{\"a\": 1} ![x](//e.example)", "{\"a\": 1} \\![x\\](//e.example)"},
           {"```\n[x](y)\n``` [x](y)", "```\n[x](y)\n``` [x\\](y)"},
           {"{hello} ![x](y)", "{hello} \\![x\\](y)"},
           {"{\"a\": \"[x](y)\"}", "{\"a\": \"[x](y)\"}"},
           {"```\n<b>\n```", "```\n<b>\n```"},
       }) {
    EXPECT_EQ(filtered(text, text.size()), expected);
    for (const std::size_t chunk_bytes : {1u, 2u, 5u}) {
      EXPECT_EQ(filtered(text, chunk_bytes), expected);
    }
  }
}

TEST(TextFilter, StaysQuickForBlanksWithoutEnd) {
  const std::string blanks(1'000'000, ' ');
  for (const std::string begin : {"a", "{", "[", "`", "{\""}) {
    const std::string text = begin + blanks + "[x](y)";
    EXPECT_EQ(filtered(text, 3), filtered(text, text.size())) << begin;
  }
  EXPECT_EQ(filtered("{" + blanks + "\"[x](y)", 3), "{" + blanks + "\"[x\\](y)");
}

TEST(ChangedPrompt, PutsAChangeBehindTheLastPrompt) {
  EXPECT_EQ(changed_prompt("a red fox", "make it blue"), "a red fox, make it blue");
  EXPECT_EQ(changed_prompt("a red fox", " Ohne Hut "), "a red fox, Ohne Hut");
  EXPECT_EQ(changed_prompt("a red fox", "again"), "a red fox");
  EXPECT_EQ(changed_prompt("a red fox", "再来一张"), "a red fox");
  EXPECT_EQ(changed_prompt("a red fox", "a badger in the same style"), "");
  EXPECT_EQ(changed_prompt("a red fox", "against the wall"), "");
  EXPECT_EQ(changed_prompt("", "make it blue"), "");
  for (const char* idea : {"Same-sex couple at a wedding", "Sin City style alley at night",
                           "Another World", "Plus-size model on a beach", "Mais field at sunset"}) {
    EXPECT_EQ(changed_prompt("a red fox", idea), "") << idea;
  }
}

}  // namespace
}  // namespace fluxgate
