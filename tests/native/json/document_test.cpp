// The JSON room: what is read, what is refused, what is written.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "json/document.h"
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
  for (const char* text : {"", " ", "{", "}", "[1,]", "{\"a\":}", "nul", "01", "1e999",
                           "\"\\ud800\"", "'a'", "1 2", "[\"\x80\"]", "/**/1", "NaN"}) {
    EXPECT_EQ(complaint(text), "The text is not valid JSON.") << text;
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
