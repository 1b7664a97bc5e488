#include "llm/key_filter.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {
namespace {

const std::vector<std::string> kKeys{"sk-0123456789abcdef", "sk-0123sk-0123sk-0123", "too short"};

std::string filtered(std::initializer_list<std::string_view> pieces) {
  KeyFilter filter(kKeys);
  std::string text;
  for (const std::string_view piece : pieces) text += filter.push(piece);
  return text + filter.finish();
}

TEST(KeyFilter, TakesKeysOut) {
  EXPECT_EQ(filtered({"I am sk-0123456789abcdef."}), "I am ***.");
  EXPECT_EQ(filtered({"sk-0123456789abcdefsk-0123sk-0123sk-0123"}), "******");
  EXPECT_EQ(filtered({"sk-0123sk-0123456789abcdef"}), "sk-0123***");
}

TEST(KeyFilter, LeavesEverythingElse) {
  for (const std::string_view text : {"", "a cat", "sk-0123456789abcde", "sk-0123456789abcdex",
                                      "sk-0123sk-0123", "too short", "***"}) {
    EXPECT_EQ(filtered({text}), text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      EXPECT_EQ(filtered({text.substr(0, at), text.substr(at)}), text) << at;
    }
  }
}

TEST(KeyFilter, TakesKeysOutOfAnyPieces) {
  constexpr std::string_view kText = "a sk-sk-0123456789abcdef, sk-0123sk-0123sk-0123.";
  for (std::size_t from = 0; from <= kText.size(); ++from) {
    for (std::size_t to = from; to <= kText.size(); ++to) {
      const std::string said =
          filtered({kText.substr(0, from), kText.substr(from, to - from), kText.substr(to)});
      for (const std::string_view key : {"-0123456789abcdef", "-0123sk-0123sk-0123"}) {
        EXPECT_EQ(said.find(key), std::string::npos) << said;
      }
      // Of a key that is cut within its first three bytes, those are told.
      EXPECT_TRUE(said.starts_with("a sk-") && said.ends_with("***.")) << said;
    }
  }
}

TEST(KeyFilter, HoldsBackNoMoreThanABeginning) {
  KeyFilter filter(kKeys);
  EXPECT_EQ(filter.push("a sk-"), "a sk-");
  EXPECT_EQ(filter.push("0"), "");
  EXPECT_EQ(filter.push(""), "");
  EXPECT_EQ(filter.push(" cats"), "0 cats");
  EXPECT_EQ(filter.push(" sk-01"), " ");
  EXPECT_EQ(filter.finish(), "sk-01");
  EXPECT_EQ(filter.finish(), "");
}

}  // namespace
}  // namespace fluxgate
