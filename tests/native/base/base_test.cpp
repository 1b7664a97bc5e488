// The base room.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/error.h"
#include "base/utf8.h"

namespace fluxgate {
namespace {

TEST(Base64, IsTheStandardsExamples) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, ReadsBackEveryByteAndNeedsNoPadding) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    std::string text = base64_encode(bytes);
    EXPECT_EQ(base64_decode(text), bytes);
    while (!text.empty() && text.back() == '=') text.pop_back();
    EXPECT_EQ(base64_decode(text), bytes);
    bytes += static_cast<char>(i);
  }
}

TEST(Ascii, LineEndsAreLeftOut) {
  EXPECT_EQ(in_one_line("a\r\nb\n\rc d\n"), "abc d");
  EXPECT_EQ(in_one_line(""), "");
}

TEST(Base64, RefusesEverythingElse) {
  for (const char* text : {"Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Z g==", "Zg==\n",
                           "Z-==", "=", "====", "Zg==Zg==", "\xC3\xA9=="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Base64, HasAnAlphabetForUrls) {
  EXPECT_EQ(base64url_encode("\xFB\xFF\xBF"), "-_-_");
  EXPECT_EQ(base64url_encode("f"), "Zg");
}

TEST(Utf8, ReadsWholeCharactersAndDamage) {
  EXPECT_EQ(code_point_at("é", 0).value, U'é');
  EXPECT_EQ(code_point_at("猫", 0).length_bytes, 3u);
  EXPECT_EQ(code_point_at("😀", 0).value, U'😀');
  EXPECT_EQ(code_point_at("", 0).length_bytes, 0u);
  for (const char* damaged : {"\x80", "\xC0\xAF", "\xC3", "\xE7\x8C", "\xED\xA0\x80",
                              "\xF4\x90\x80\x80", "\xFF", "\xC3(", "\xE0\x80\x80"}) {
    EXPECT_EQ(code_point_at(damaged, 0).value, kReplacementCharacter);
    EXPECT_EQ(code_point_at(damaged, 0).length_bytes, 1u);
  }
}

TEST(Utf8, CountsAndCutsByCharacters) {
  EXPECT_EQ(count_code_points("aé猫😀"), 4u);
  EXPECT_EQ(count_code_points("\x80\x80"), 2u);
  EXPECT_EQ(utf8_prefix("aé猫😀", 3), "aé");
  EXPECT_EQ(utf8_prefix("aé猫😀", 5), "aé");
  EXPECT_EQ(utf8_prefix("aé猫😀", 6), "aé猫");
  EXPECT_EQ(utf8_prefix("aé", 99), "aé");
  EXPECT_EQ(utf8_prefix("é", 1), "");
}

TEST(Ascii, SplitsListsAndReadsNumbers) {
  EXPECT_EQ(split_list(" a ,, b,", ','), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_TRUE(split_list(" , ", ',').empty());
  EXPECT_EQ(parse_unsigned("0"), 0u);
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
  for (const char* text :
       {"", "18446744073709551616", "99999999999999999999", "-1", "+1", " 1", "1 ", "0x1"}) {
    EXPECT_FALSE(parse_unsigned(text)) << text;
  }
  EXPECT_FALSE(parse_unsigned("11", 10));
}

TEST(Ascii, ComparesWithoutCaseOrTiming) {
  EXPECT_TRUE(equals_ignoring_case("Bearer", "bEARER"));
  EXPECT_FALSE(equals_ignoring_case("Bearer", "Bearer "));
  EXPECT_EQ(find_ignoring_case("a </THINK> b", "</think>"), 2u);
  EXPECT_EQ(find_ignoring_case("abc", "abcd"), std::string_view::npos);
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secret2"));
  EXPECT_FALSE(equal_in_constant_time("", "x"));
}

TEST(ErrorCode, HasANameAndAStatusForEach) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::unsupported_by_host); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_FALSE(error_code_name(code).empty());
    EXPECT_GE(error_status(code), 400);
    EXPECT_LT(error_status(code), 600);
    for (const std::string_view name : names) EXPECT_NE(name, error_code_name(code));
    names.push_back(error_code_name(code));
  }
}

}  // namespace
}  // namespace fluxgate
