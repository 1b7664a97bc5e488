// Base64 that comes in pieces.
#include "base/base64.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace fluxgate {
namespace {

using Pieces = std::vector<std::string_view>;

struct Outcome {
  std::string bytes;
  bool good = false;
  bool operator==(const Outcome& other) const { return bytes == other.bytes && good == other.good; }
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << (outcome.good ? "good " : "bad ") << testing::PrintToString(outcome.bytes);
}

Outcome decode(const Pieces& pieces) {
  Base64Decoder decoder;
  Outcome outcome;
  bool failed = false;
  for (const std::string_view piece : pieces) {
    const std::size_t size_before = outcome.bytes.size();
    const bool pushed = decoder.push(piece, outcome.bytes);
    EXPECT_FALSE(pushed && failed) << "it recovered";
    EXPECT_TRUE(!failed || outcome.bytes.size() == size_before) << "it went on";
    failed = !pushed;
  }
  outcome.good = decoder.finish();
  EXPECT_FALSE(outcome.good && failed);
  return outcome;
}

/// What the headers promise, the plain way: digits to bits to bytes.
std::optional<std::string> plainly_decoded(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string digits;
  for (const char c : text) {
    if (!is_space(c)) digits += c;
  }
  const std::size_t length = std::min(digits.find('='), digits.size());
  const std::string padding = digits.substr(length);
  digits.resize(length);
  if (length % 4 == 1) return std::nullopt;
  if (!padding.empty() && padding != (length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "no")) {
    return std::nullopt;
  }
  std::vector<bool> bits;
  for (const char c : digits) {
    const std::size_t value = kDigits.find(c);
    if (value == kDigits.npos) return std::nullopt;
    for (int bit = 5; bit >= 0; --bit) bits.push_back((value >> bit & 1) != 0);
  }
  std::string bytes(bits.size() / 8, '\0');
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (!bits[i]) continue;
    if (i / 8 == bytes.size()) return std::nullopt;
    bytes[i / 8] = static_cast<char>(bytes[i / 8] | 0x80 >> i % 8);
  }
  return bytes;
}

void expect_the_plain_outcome(std::string_view text, const Outcome& outcome) {
  const std::optional<std::string> plain = plainly_decoded(text);
  EXPECT_EQ(outcome.good, plain.has_value()) << testing::PrintToString(text);
  if (plain) {
    EXPECT_EQ(outcome.bytes, *plain) << testing::PrintToString(text);
  }
  const bool dense = std::none_of(text.begin(), text.end(), is_space);
  EXPECT_EQ(base64_decode(text), dense ? plain : std::nullopt) << testing::PrintToString(text);
}

TEST(Base64Decoder, ReadsTheStandardsExamples) {
  EXPECT_EQ(decode({""}), (Outcome{"", true}));
  EXPECT_EQ(decode({"Zg=="}), (Outcome{"f", true}));
  EXPECT_EQ(decode({"Zm8="}), (Outcome{"fo", true}));
  EXPECT_EQ(decode({"Zm9v"}), (Outcome{"foo", true}));
  EXPECT_EQ(decode({"Zm9vYg=="}), (Outcome{"foob", true}));
  EXPECT_EQ(decode({"Zm9vYmE"}), (Outcome{"fooba", true}));
  EXPECT_EQ(decode({"+/+/"}), (Outcome{"\xFB\xFF\xBF", true}));
}

TEST(Base64Decoder, PassesOverWhiteSpaceAnywhere) {
  EXPECT_EQ(decode({" Z\tm9\r\nvY\fg =\n= \n"}), (Outcome{"foob", true}));
  EXPECT_EQ(decode({" \n"}), (Outcome{"", true}));
  std::string bytes;
  Base64Decoder strict(Base64Decoder::Foreign::refused);
  EXPECT_TRUE(strict.push("Zm9v", bytes));
  EXPECT_FALSE(strict.push("\n", bytes));
  EXPECT_FALSE(strict.push("Zm9v", bytes));
  EXPECT_FALSE(strict.finish());
  EXPECT_EQ(bytes, "foo");
}

TEST(Base64Decoder, MayEndAtTheFirstForeignByte) {
  for (const std::string_view rest : {")", ") Here", " and", "\n", "\"", "\x01", ")=", ")Zm9v"}) {
    for (const std::string_view text : {"Zm9vYg==", "Zm9vYg"}) {
      Base64Decoder decoder(Base64Decoder::Foreign::ends_text);
      std::string bytes;
      EXPECT_TRUE(decoder.push(text, bytes)) << rest;
      EXPECT_TRUE(decoder.push(rest, bytes)) << rest;
      EXPECT_TRUE(decoder.push("Zm9v", bytes)) << rest;
      EXPECT_TRUE(decoder.finish()) << rest;
      EXPECT_EQ(bytes, "foob") << rest;
    }
  }
  for (const std::string_view text : {"Z)", "Zh)", "Zg=)", "Zg===)", "Zg==Z)"}) {
    Base64Decoder decoder(Base64Decoder::Foreign::ends_text);
    std::string bytes;
    decoder.push(text, bytes);
    EXPECT_FALSE(decoder.finish()) << text;
  }
}

TEST(Base64Decoder, RefusesEverythingElse) {
  for (const std::string_view text :
       {"Z",     "Zm9vZ",    "Zg=",        "Zg===",    "Zh==",   "Zm9=", "Zh",   "Zm9",
        "Zm9v=", "Zm9v====", "Z-==",       "=",        "====",   "=Zg=", "Z===", "Zg==Zg==",
        "Zg=g",  "Zm8=Zm8=", "\xC3\xA9==", "Zm9v\x01", "Zm9v\v", "Zm9v,"}) {
    const Outcome outcome = decode({text});
    EXPECT_FALSE(outcome.good) << text;
    expect_the_plain_outcome(text, outcome);
  }
}

TEST(Base64Decoder, FailsAtTheFirstBadByte) {
  for (int c = 0; c < 256; ++c) {
    const std::string text = "Zm9vZ" + std::string(1, static_cast<char>(c));
    const bool taken = is_alnum(text.back()) || is_space(text.back()) || c == '+' || c == '/';
    Base64Decoder decoder;
    std::string bytes;
    EXPECT_EQ(decoder.push(text, bytes), taken) << c;
    EXPECT_EQ(bytes.substr(0, 3), "foo") << c;
  }
  for (const std::string_view text : {"=", "Z=", "Zg===", "Zm8==", "Zg=Z", "Zg==Z", "Zm8=Z"}) {
    Base64Decoder decoder;
    std::string bytes;
    EXPECT_FALSE(decoder.push(text, bytes)) << text;
  }
}

/// Every text of up to six of these bytes, at every split into two, and byte by byte.
TEST(Base64Decoder, EverySplitOfEverySmallTextGivesTheSame) {
  constexpr std::string_view kBytes = "AQh=\n!";
  for (std::size_t length = 0; length <= 6; ++length) {
    std::vector<std::size_t> digits(length + 1);
    while (digits[length] == 0) {
      std::string text;
      for (std::size_t i = 0; i < length; ++i) text += kBytes[digits[i]];
      const std::string_view view = text;
      const Outcome whole = decode({view});
      expect_the_plain_outcome(text, whole);
      Pieces by_bytes;
      for (std::size_t i = 0; i < length; ++i) {
        by_bytes.push_back(view.substr(i, 1));
        ASSERT_EQ(decode({view.substr(0, i), view.substr(i)}), whole) << text;
      }
      ASSERT_EQ(decode(by_bytes), whole) << text;
      for (std::size_t i = 0; i <= length && ++digits[i] == kBytes.size() && i < length; ++i) {
        digits[i] = 0;
      }
    }
  }
}

TEST(Base64Decoder, RandomSplitsOfLargeTextsGiveTheSame) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    for (auto left = random() % 5000; left > 0; --left) bytes += static_cast<char>(random());
    std::string text = base64_encode(bytes);
    if (i % 4 == 1) {
      for (std::size_t at = 76; at < text.size(); at += 78) text.insert(at, "\r\n");
    } else if (i % 4 == 2) {
      while (!text.empty() && text.back() == '=') text.pop_back();
    } else if (i % 4 == 3 && !text.empty()) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const Outcome whole = decode({text});
    expect_the_plain_outcome(text, whole);
    if (i % 4 != 3) {
      EXPECT_EQ(whole, (Outcome{bytes, true}));
    }
    Pieces pieces;
    const auto most_bytes = 1 + random() % 700;
    for (std::string_view left = text; !left.empty();) {
      const std::size_t size_bytes = std::min<std::size_t>(random() % most_bytes + 1, left.size());
      pieces.push_back(left.substr(0, size_bytes));
      left.remove_prefix(size_bytes);
    }
    EXPECT_EQ(decode(pieces), whole);
  }
}

TEST(Base64Decoder, AppendsToWhatIsThere) {
  Base64Decoder decoder;
  std::string bytes = "x";
  EXPECT_TRUE(decoder.push("Zm", bytes));
  EXPECT_EQ(bytes, "xf");
  bytes.clear();
  EXPECT_TRUE(decoder.push("9vY", bytes));
  EXPECT_EQ(bytes, "oo");
  EXPECT_TRUE(decoder.push("g", bytes));
  EXPECT_EQ(bytes, "oob");
  EXPECT_TRUE(decoder.finish());
  EXPECT_TRUE(decoder.push("==", bytes));
  EXPECT_TRUE(decoder.finish());
}

}  // namespace
}  // namespace fluxgate
