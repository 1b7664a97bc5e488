#include "base/sha256.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

nlohmann::json vectors(const std::string& file) {
  std::ifstream in(std::string(FLUXGATE_VECTORS_DIR "/base/") + file);
  return nlohmann::json::parse(in, nullptr, false);
}

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

TEST(Sha256, AgreesWithTheExamplesOfNist) {
  const nlohmann::json file = vectors("nist_sha256.json");
  ASSERT_EQ(file["cases"].size(), 5u);
  for (const auto& example : file["cases"]) {
    std::string text;
    for (int i = 0; i < example["in"]["times"].get<int>(); ++i) {
      text += example["in"]["text"].get<std::string>();
    }
    EXPECT_EQ(hex(bytes_of(sha256(text))), example["out"].get<std::string>()) << example["name"];
  }
}

// Every way in which a message can end in its block. The expected value is that of node:crypto.
TEST(Sha256, IsRightForEveryLengthUpTo300Bytes) {
  std::string digests;
  for (std::size_t length = 0; length <= 300; ++length) {
    digests += bytes_of(sha256(std::string(length, static_cast<char>(length))));
  }
  EXPECT_EQ(hex(bytes_of(sha256(digests))),
            "84833a05d2e74e1e111265bf99b75935b01467deffaa0a6cce5e46d1bbecade0");
}

TEST(HmacSha256, AgreesWithRfc4231) {
  const nlohmann::json file = vectors("rfc4231_hmac_sha256.json");
  ASSERT_EQ(file["cases"].size(), 7u);
  for (const auto& example : file["cases"]) {
    const auto expected = example["out"].get<std::string>();
    const std::string digest =
        hex(bytes_of(hmac_sha256(from_hex(example["in"]["key"].get<std::string>()),
                                 from_hex(example["in"]["data"].get<std::string>()))));
    EXPECT_EQ(digest.substr(0, expected.size()), expected) << example["name"];
  }
}

// xorshift32 (Marsaglia 2003), a byte a step, as in tests/core/links.test.mjs.
class ByteSource {
 public:
  explicit ByteSource(std::uint32_t seed) : state_(seed) {}
  std::string take(std::size_t length) {
    std::string bytes;
    while (bytes.size() < length) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 17;
      state_ ^= state_ << 5;
      bytes += static_cast<char>(state_ & 0xff);
    }
    return bytes;
  }
  std::size_t take_length() { return static_cast<unsigned char>(take(1).front()); }

 private:
  std::uint32_t state_;
};

TEST(HmacSha256, AgreesWithNodeOnTenThousandRandomKeysAndMessages) {
  const nlohmann::json file = vectors("ours_hmac_sha256.json");
  int total = 0;
  for (const auto& example : file["cases"]) {
    ByteSource source(example["in"]["seed"].get<std::uint32_t>());
    const int count = example["in"]["count"].get<int>();
    std::string digests;
    for (int i = 0; i < count; ++i) {
      const std::size_t key_bytes = source.take_length();
      const std::size_t low_bytes = source.take_length();
      const std::size_t high_bytes = source.take_length();
      const std::string key = source.take(key_bytes);
      digests += bytes_of(hmac_sha256(key, source.take(low_bytes + high_bytes)));
    }
    EXPECT_EQ(hex(bytes_of(sha256(digests))), example["out"].get<std::string>()) << example["name"];
    total += count;
  }
  EXPECT_EQ(total, 10'000);
}

TEST(HmacSha256, HashesAKeyOnlyWhenItIsLongerThanABlock) {
  const std::string block(64, 'k');
  EXPECT_NE(hmac_sha256(block, "m"), hmac_sha256(bytes_of(sha256(block)), "m"));
  const std::string longer(65, 'k');
  EXPECT_EQ(hmac_sha256(longer, "m"), hmac_sha256(bytes_of(sha256(longer)), "m"));
}

}  // namespace
}  // namespace fluxgate
