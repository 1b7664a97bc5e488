// One member of a JSON object changed, the rest left alone.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json/document.h"
#include "json/member.h"

namespace fluxgate::json {
namespace {

std::string with_model(std::string_view object) {
  return with_member(object, "model", R"("new")");
}

TEST(JsonMember, ChangesTheValueOfAnyType) {
  for (const char* value : {R"("old")", R"("a\"}b\\")", R"("")", "null", "true", "-1.5e3", "[]",
                            "{}", R"([1,{"model":"]"}])", R"({"a":["}"],"model":{"b":"\\"}})"}) {
    const std::string before = std::string(R"({"a":1,"model":)") + value + R"(,"z":[2]})";
    EXPECT_EQ(with_model(before), R"({"a":1,"model":"new","z":[2]})") << value;
    const std::string last = std::string("{\"model\" :\t") + value + "\r\n}";
    EXPECT_EQ(with_model(last), "{\"model\" :\t\"new\"\r\n}") << value;
  }
}

TEST(JsonMember, LeavesEveryOtherByte) {
  const std::string before =
      " \n{ \"a\\u0042\" : 1.50 ,\t\"model\":\"old\" , \"e\": 1E+2,\"u\":\"\\u732b 猫\" }\r\n";
  std::string after = before;
  after.replace(after.find("\"old\""), 5, "\"new\"");
  EXPECT_EQ(with_model(before), after);
}

TEST(JsonMember, ChangesEachOfSeveral) {
  EXPECT_EQ(with_model(R"({"model":1,"a":{"model":2},"model":[3],"model":4})"),
            R"({"model":"new","a":{"model":2},"model":"new","model":"new"})");
}

TEST(JsonMember, KnowsANameHoweverItIsWritten) {
  EXPECT_EQ(with_model(R"({"mod\u0065l":1,"\u006D\u006f\u0064\u0065\u006c":2,"m\\odel":3})"),
            R"({"mod\u0065l":"new","\u006D\u006f\u0064\u0065\u006c":"new","m\\odel":3})");
  EXPECT_EQ(with_member(R"({"\ud83d\udca5":1,"a\/b":2})", "💥", "0"),
            R"({"\ud83d\udca5":0,"a\/b":2})");
  EXPECT_EQ(with_member(R"({"a\"b":1})", "a\"b", "0"), R"({"a\"b":0})");
}

TEST(JsonMember, TakesNoOtherForIt) {
  EXPECT_EQ(with_model(R"({"models":1,"mode":2,"Model":3,"":4,"model ":5,"x":"model"})"),
            R"({"model":"new","models":1,"mode":2,"Model":3,"":4,"model ":5,"x":"model"})");
  EXPECT_EQ(with_model(R"({"x":"\",\"model\":1,","y":["model",{"model":2}]})"),
            R"({"model":"new","x":"\",\"model\":1,","y":["model",{"model":2}]})");
}

TEST(JsonMember, AddsAMissingOneInFront) {
  EXPECT_EQ(with_model("{}"), R"({"model":"new"})");
  EXPECT_EQ(with_model(" { \n } "), " {\"model\":\"new\" \n } ");
  EXPECT_EQ(with_model(R"({ "a":1})"), R"({"model":"new", "a":1})");
  EXPECT_EQ(with_member("{}", "a\"b", "0"), R"({"a\"b":0})");
  EXPECT_EQ(with_member(R"({"":1})", "", "0"), R"({"":0})");
}

TEST(JsonMember, PassesOverAByteOrderMark) {
  ASSERT_TRUE(Document::parse("\xEF\xBB\xBF{\"model\":1}").ok());
  EXPECT_EQ(with_model("\xEF\xBB\xBF{\"model\":1}"), "\xEF\xBB\xBF{\"model\":\"new\"}");
}

TEST(JsonMember, WhatTheParserReadsAfterwardsIsTheNewValue) {
  for (const char* text : {
           R"({"model":"a","model":"b"})",
           R"({"model":"a","mod\u0065l":"b"})",
           R"({"messages":[{"model":"x","content":"{\"model\":\"y\"}"}]})",
           R"({"a":{"b":{"c":[[[{"model":1}]]]}},"model":{"model":1}})",
       }) {
    const auto before = Document::parse(text);
    ASSERT_TRUE(before.ok()) << text;
    const std::string changed = with_model(text);
    const auto after = Document::parse(changed);
    ASSERT_TRUE(after.ok()) << text;
    EXPECT_EQ(after->root()["model"].string(), "new") << text;
  }
}

/// Each in an allocation of its own size, so that a sanitizer sees a byte read behind it.
void expect_an_end(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  EXPECT_LE(with_model({exact.data(), exact.size()}).size(), text.size() * 6 + 20);
}

TEST(JsonMember, ReadingEndsWithinAnyText) {
  const std::string good =
      R"({"a":[1,{"b":"\\\""}],"mod\u0065l":{"c":[]},"model":null,"model":"x\ud83d\udca5"})";
  for (std::size_t length = 0; length <= good.size(); ++length) {
    expect_an_end(good.substr(0, length));
    for (const char c : {'"', '\\', '{', '}', ']', ',', ':', '\0', ' '}) {
      std::string damaged = good;
      if (length < good.size()) damaged[length] = c;
      expect_an_end(damaged);
      expect_an_end(damaged.substr(0, length + 1));
    }
  }
  for (const char* text :
       {"", "[]", "x", "{", "{\"", "{\"\\", "{\"model", "{\"model\"", "{\"model\":", "{\"model\":]",
        "{\"model\":}}", "{\"model\" 1}", "{,}", "}{"}) {
    expect_an_end(text);
  }
}

TEST(JsonMember, DepthCostsNoStack) {
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(with_model("{\"a\":" + deep).substr(0, 16), R"({"model":"new",")");
}

TEST(JsonMember, TakesTheMembersOfAnotherObject) {
  const std::string own = R"({"a":1,"b":{"c":2,"d":[3]}})";
  EXPECT_EQ(with_members(own, "{}"), own);
  EXPECT_EQ(with_members(own, R"({"a":"x"})"), R"({"a":"x","b":{"c":2,"d":[3]}})");
  EXPECT_EQ(with_members(own, R"({"n":null})"), R"({"n":null,"a":1,"b":{"c":2,"d":[3]}})");
  EXPECT_EQ(with_members(own, R"({"b":{"d":4,"e":{}}})"), R"({"a":1,"b":{"e":{},"c":2,"d":4}})");
  EXPECT_EQ(with_members(own, R"({"b":7, "\u0061" : 8})"), R"({"a":8,"b":7})");
  EXPECT_EQ(with_members(own, R"({"a":{"z":1}})"), R"({"a":{"z":1},"b":{"c":2,"d":[3]}})");
  EXPECT_EQ(with_members("{}", R"({"q\"":[1,{"r":"}"}]})"), R"({"q\"":[1,{"r":"}"}]})");
}

}  // namespace
}  // namespace fluxgate::json
