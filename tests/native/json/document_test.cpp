// The JSON room: what is read, what is refused, what is written.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "json/document.h"
#include "json/mend.h"
#include "json/writer.h"

namespace fluxgate::json {
namespace {

Document parsed(std::string_view text) {
  Result<Document> document = Document::parse(text);
  EXPECT_TRUE(document.ok()) << text.substr(0, 80);
  return document ? *std::move(document) : *Document::parse("null");
}

std::string complaint(std::string_view text) {
  Result<Document> document = Document::parse(text);
  return document ? "" : document.error().message;
}

TEST(JsonDocument, GivesEachTypeAndNoOther) {
  const Document document = parsed(
      R"({"s":"x","i":-5,"u":18446744073709551615,"f":1.5,"t":true,"n":null,"a":[1],"o":{}})");
  const Value root = document.root();
  EXPECT_EQ(root["s"].string(), "x");
  EXPECT_EQ(root["i"].integer(), -5);
  EXPECT_EQ(root["i"].billionths(), -5'000'000'000);
  EXPECT_EQ(root["f"].billionths(), 1'500'000'000);
  EXPECT_FALSE(root["u"].billionths());
  EXPECT_EQ(root["t"].boolean(), true);
  EXPECT_TRUE(root["n"].is_null());
  EXPECT_TRUE(root["n"].absent());
  EXPECT_FALSE(root["n"].missing());
  EXPECT_TRUE(root["a"].is_array());
  EXPECT_TRUE(root["o"].is_object());
  for (const char* key : {"s", "u", "f", "t", "n", "a", "o", "nothing"}) {
    EXPECT_FALSE(root[key].integer()) << key;
  }
  for (const char* key : {"i", "u", "f", "t", "n", "a", "o", "nothing"}) {
    EXPECT_FALSE(root[key].string()) << key;
  }
  for (const char* key : {"s", "i", "u", "f", "n", "a", "o", "nothing"}) {
    EXPECT_FALSE(root[key].boolean()) << key;
  }
}

TEST(JsonDocument, KnowsAMemberThatHasNoName) {
  const Document document = parsed(R"({"a":{"x":1},"b":[1],"b":2,"é":{}, "n": 3})");
  const Value root = document.root();
  EXPECT_TRUE(root.has_only({"a", "b", "é", "n", "z"}));
  EXPECT_FALSE(root.has_only({"a", "b", "é"}));
  EXPECT_FALSE(root.has_only({}));
  EXPECT_TRUE(root["a"].has_only({"x"}));
  EXPECT_TRUE(root["é"].has_only({}));
  EXPECT_TRUE(root["b"].has_only({})) << "a number has no members";
  EXPECT_FALSE(parsed(R"({"\u0061":1})").root().has_only({"a"}));
}

TEST(JsonDocument, FollowsPathsThroughWhatIsNotThere) {
  const Document document = parsed(R"({"a":[{"b":"c"}]})");
  EXPECT_EQ(document.root()["a"].first()["b"].string(), "c");
  EXPECT_TRUE(document.root()["x"]["y"].first()["z"].missing());
  EXPECT_TRUE(document.root()["a"]["b"].missing());
  EXPECT_TRUE(document.root().first().missing());
}

TEST(JsonDocument, KeepsSiblingsApartWhateverStandsBetween) {
  const Document document =
      parsed(R"({"a":{"deep":[[1,2],{"a":"inner"}]},"b":[],"c":[[],{},"last"],"d":"end"})");
  const Value root = document.root();
  EXPECT_EQ(root["d"].string(), "end");
  EXPECT_EQ(root["b"].item_count(), 0u);
  EXPECT_TRUE(root["b"].first().missing());
  EXPECT_EQ(root["c"].item_count(), 3u);
  std::vector<bool> are_strings;
  for (const Value item : root["c"].items()) are_strings.push_back(item.string().has_value());
  EXPECT_EQ(are_strings, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(root["a"]["deep"].item_count(), 2u);
  for (const Value item : root["b"].items()) FAIL() << item.is_null();
  for (const Value item : root["d"].items()) FAIL() << item.is_null();
}

TEST(JsonDocument, OfAKeyThatComesTwiceTheLastCounts) {
  EXPECT_EQ(parsed(R"({"a":1,"b":2,"a":3})").root()["a"].integer(), 3);
}

TEST(JsonDocument, KeepsNulAndEscapes) {
  EXPECT_EQ(parsed(R"("a\u0000b\ud83d\ude00\/")").root().string(),
            std::string_view("a\0b\xF0\x9F\x98\x80/", 8));
}

TEST(JsonDocument, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", " ", "{", "}", "[1,]", "{\"a\":}", "nul", "01", "1e999", "\"\\ud800\\u\"", "\"\\ud80\"",
        "'a'", "1 2", "[\x80]", "\\ud800", "/**/1", "NaN"}) {
    EXPECT_EQ(complaint(text), "The text is not valid JSON.") << text;
  }
}

TEST(JsonDocument, ReadsHalfCharactersAsReplacementCharacters) {
  for (const auto& [text, read] : std::map<std::string, std::string>{
           {R"(\ud83d)", "\uFFFD"},
           {R"(\uDE00 b)", "\uFFFD b"},
           {R"(a \uD83D\u0041)",
            "a \uFFFD"
            "A"},
           {R"(\ud83d\n)", "\uFFFD\n"},
           {R"(\ud83d\ud83d\ude00)", "\uFFFD\U0001F600"},
           {R"(\ude00\ud83d)", "\uFFFD\uFFFD"},
           {R"(\ud83d\ude00\uDE00)", "\U0001F600\uFFFD"},
           {R"(\uDbFf\uDfFf\udBff)", "\U0010FFFF\uFFFD"},
           {R"(\\ud83d \ud83d)", "\\ud83d \uFFFD"},
           {R"(\\\ud83d)", "\\\uFFFD"},
           {R"(\ud83d\\ude00)", "\uFFFD\\ude00"},
           {R"(\ud83d\"\ude00)", "\uFFFD\"\uFFFD"},
           {"a\xF0\x9F\x98", "a\uFFFD"},
           {"\x98\x80 b", "\uFFFD b"},
           {"caf\xE9 \xE7\x8C"
            "a",
            "caf\uFFFD \uFFFD"
            "a"},
           {"\xED\xA0\xBD\xED\xB8\x80", "\uFFFD"},
           {"\xC0\xAF\xFF猫\xF4\x90\x80\x80", "\uFFFD猫\uFFFD"},
           {"\xEF\xBF\xBD\xFF", "\uFFFD\uFFFD"},
       }) {
    EXPECT_EQ(parsed('"' + text + '"').root().string(), read) << text;
    EXPECT_EQ(parsed("{\"" + text + "\":1}").root()[read].integer(), 1) << text;
  }
}

TEST(JsonDocument, WhatIsMendedStaysSoInATextThatGoesOn) {
  Bytes text = Bytes::copy_of(R"({"a":"\ud83d","b":"\ud83d\ude00"})");
  ASSERT_TRUE(Document::parse(text).ok());
  EXPECT_EQ(text.view(), "{\"a\":\"\uFFFD\",\"b\":\"\\ud83d\\ude00\"}");
  const std::string_view good = R"({"a":1})";
  Bytes same = Bytes::copy_of(good);
  ASSERT_TRUE(Document::parse(same).ok());
  EXPECT_EQ(same.view(), good);
  Bytes bad = Bytes::copy_of(R"({"a":)");
  EXPECT_FALSE(Document::parse(bad).ok());
}

/// Empty when there is nothing to mend.
std::string mended(const std::string& text) {
  Bytes bytes = Bytes::copy_of(text);
  return mend(bytes) ? std::string(bytes.view()) : std::string();
}

TEST(JsonDocument, LimitsTheNumberOfPlacesThatAreMended) {
  std::string text = "\"";
  for (std::size_t i = 0; i < kMaxMendedPlaces; ++i) text += i % 2 == 0 ? "\xE9 " : "\\udc00 ";
  EXPECT_EQ(complaint(text + '"'), "");
  EXPECT_EQ(complaint(text + "\xFF\""), "The text is not valid JSON.");
  EXPECT_EQ(mended(std::string(1'000'000, '\xFF')), "\uFFFD");
  for (const char* whole : {"", "a", "\\", "\\u", "\\ud83", "a\\", "\uFFFD"}) {
    EXPECT_EQ(mended(whole), "") << whole;
  }
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonDocument, ANulIsNoEndOfTheText) {
  for (const char* text : {"{\"a\":1}0", "{\"a\":1}0 and more", "10", "0", "[1,0 2]", "\"a0b\""}) {
    std::string with_nul = text;
    with_nul[with_nul.find('0')] = '\0';
    EXPECT_EQ(complaint(with_nul), "The text is not valid JSON.") << text;
  }
}

TEST(JsonDocument, LimitsDepthExactly) {
  EXPECT_EQ(complaint(nested(kMaxDepth)), "");
  EXPECT_EQ(complaint(nested(kMaxDepth + 1)), "The JSON is nested more than 64 levels deep.");
  EXPECT_EQ(complaint(std::string(5'000'000, '[')), "The JSON is nested more than 64 levels deep.");
}

std::string array_of(std::size_t count) {
  std::string text = "[0";
  for (std::size_t i = 1; i < count; ++i) text += ",0";
  return text + "]";
}

TEST(JsonDocument, LimitsTheNumberOfValuesExactly) {
  EXPECT_EQ(complaint(array_of(kMaxValues - 1)), "");
  EXPECT_EQ(complaint(array_of(kMaxValues)), "The JSON holds more than 100,000 values.");
}

TEST(JsonWriter, MindsCommas) {
  std::string text;
  Writer(text)
      .begin_object()
      .key("a")
      .number(-1)
      .key("b")
      .begin_array()
      .string("x")
      .null()
      .begin_object()
      .end_object()
      .boolean(true)
      .end_array()
      .key("c")
      .raw("{}")
      .end_object();
  EXPECT_EQ(text, R"({"a":-1,"b":["x",null,{},true],"c":{}})");
}

TEST(JsonWriter, WritesFractions) {
  std::string text;
  Writer(text).begin_object().key("cost").billionths(3'000'000).end_object();
  EXPECT_EQ(text, R"({"cost":0.003})");
}

TEST(JsonWriter, WritesWhatAnyParserReadsBackAsTheSameText) {
  std::string every_byte;
  for (int c = 0; c < 128; ++c) every_byte += static_cast<char>(c);
  every_byte += "é猫😀\u2028";
  std::string text;
  append_string(text, every_byte);
  EXPECT_EQ(nlohmann::json::parse(text).get_ref<const std::string&>(), every_byte);
  EXPECT_EQ(parsed(text).root().string(), every_byte);
  EXPECT_EQ('"' + escape(every_byte) + '"', text);
}

TEST(JsonWriter, WhatHasTheCapacityIsEscapedWhereItIs) {
  std::string large;
  large.reserve(100'002);
  large.append(99'999, 'x').append("\n");
  const char* const bytes = large.data();
  const std::string escaped = escape(std::move(large));
  EXPECT_EQ(escaped.data(), bytes);
  EXPECT_EQ(escaped, std::string(99'999, 'x') + "\\n");
}

}  // namespace
}  // namespace fluxgate::json
