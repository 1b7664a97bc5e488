// The Markdown of answers.
#include <gtest/gtest.h>

#include <string>

#include "markdown/markdown.h"

namespace fluxgate {
namespace {

TEST(Markdown, OrdinaryWordsStayAsTheyAre) {
  for (const char* text :
       {"a cat, red roof (tiled), 35mm; \"Leselust 2026\", it's 10:30 - nice #1 + 2 = 3. Done?",
        "一只猫，水彩", "Grão and Co"}) {
    EXPECT_EQ(escape_markdown(text), text);
  }
}

TEST(Markdown, WhatCouldFormSomethingIsEscaped) {
  EXPECT_EQ(escape_markdown("![x](https://e.example)"), R"(\![x\](https:/\/e\.example))");
  EXPECT_EQ(escape_markdown("**b** _i_ `c` ~~s~~ $m$ a|b"),
            R"(\*\*b\*\* \_i\_ \`c\` \~\~s\~\~ \$m\$ a\|b)");
  EXPECT_EQ(escape_markdown("<img src=x> &lt; a\\b"), R"(\<img src=x\> \&lt; a\\b)");
}

// Renderers make links of addresses without any markup: GitHub's of "www.", "https://" and "a@b",
// markdown-it's of "//" and of the name alone, too.
TEST(Markdown, AddressesDoNotStayWhole) {
  EXPECT_EQ(escape_markdown("www.e.example WWW.1.example a@b.example"),
            R"(www\.e\.example WWW\.1\.example a\@b\.example)");
  EXPECT_EQ(escape_markdown("//e.example x//y ///z a/b"), R"(/\/e\.example x/\/y /\/\/z a/b)");
  EXPECT_EQ(escape_markdown("evil.com п.рф 1.com"), R"(evil\.com п\.рф 1\.com)");
  EXPECT_EQ(escape_markdown(".com a. b f/1.8 3.5mm ... (a).b end."),
            ".com a. b f/1.8 3.5mm ... (a).b end.");
}

TEST(Markdown, EverythingStandsInOneLine) {
  EXPECT_EQ(escape_markdown("  a\n\n# b\r\n- c\t\td\f "), "a # b - c d");
  EXPECT_EQ(escape_markdown(" \n "), "");
}

TEST(Markdown, AnAnswerIsAPictureAndItsPrompt) {
  const std::vector<std::string> pieces = {"![Image](https://g.example/x)\n\n", "![Image](y)\n\n",
                                           "Optimized prompt: a cat"};
  EXPECT_EQ(write_picture_answer({"https://g.example/x", "y"}, {"a cat", true}), pieces);
  const std::vector<std::string> own = {"![Image](y)\n\n", "Prompt: a cat\n\n1 of 2 \\*lost\\*."};
  EXPECT_EQ(write_picture_answer({"y"}, {"a cat", false, "1 of 2 *lost*."}), own);
}

TEST(Markdown, PicturesInsideLinksAreTakenOut) {
  const auto without = [](std::string text) {
    const std::string before = text;
    const bool took_any = !take_out_pictures(text).empty();
    EXPECT_EQ(took_any, text != before) << before;
    return text;
  };
  const std::string data = "data:image/png;base64,iVBORw0KGgo=";
  EXPECT_EQ(without("a cat ![x](" + data + ") on a mat"), "a cat  on a mat");
  EXPECT_EQ(without("![](" + data + ")"), "");
  EXPECT_EQ(without("![](DATA:Image/jpeg,x)![ ](" + data + ")a"), "a");
  EXPECT_EQ(without("a ![x](" + data + " \"title\") b"), "a  b");
  EXPECT_EQ(without("a ![x](" + data + "\nAAAA=) b"), "a  b");
  EXPECT_EQ(without("a ![x](" + data), "a");
  EXPECT_EQ(without("![x](https://a.example/b.png) ![y](" + data + ")"),
            "![x](https://a.example/b.png)");
  for (const char* same : {"", "a cat", "![x](https://a.example/b.png)", "[x](data:image/png,A)",
                           "![x](https://a.example) [y](data:image/png,A)", "](data:image/png,A)",
                           "![x](data:text/plain,A)", "![", "](", "![x]("}) {
    EXPECT_EQ(without(same), same);
  }
  // In time that grows with the length alone.
  std::string links;
  std::string openings;
  for (int i = 0; i < 200'000; ++i) {
    links += "](data:image/";
    openings += "![";
  }
  EXPECT_EQ(without(links), links);
  EXPECT_EQ(without(openings + "](https://a.example)"), openings + "](https://a.example)");
}

}  // namespace
}  // namespace fluxgate
