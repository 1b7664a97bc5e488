#include "picture/file_type.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

std::string type_name(std::optional<ImageType> type) {
  return type ? std::string(mime_type(*type)) : "none";
}

TEST(Sniff, TheFirstBytesDecideAlone) {
  std::ifstream in(FLUXGATE_VECTORS_DIR "/picture/ours_file_types.json");
  const nlohmann::json file = nlohmann::json::parse(in, nullptr, false);
  ASSERT_GE(file["cases"].size(), 70u);
  for (const auto& example : file["cases"]) {
    const auto text = example["in"].get<std::string>();
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    const std::string expected =
        example["out"].is_null() ? "none" : "image/" + example["out"].get<std::string>();
    EXPECT_EQ(type_name(sniff_image(bytes)), expected) << example["name"];
    EXPECT_EQ(type_name(sniff_image(bytes.substr(0, kSniffBytes))), expected) << example["name"];
  }
}

TEST(Sniff, NeedsEveryByteOfASignature) {
  using namespace std::string_literals;
  const std::string signatures[] = {"\x89PNG\r\n\x1a\n"s, "\xff\xd8\xff"s, "GIF87a"s, "GIF89a"s};
  for (const std::string& signature : signatures) {
    ASSERT_TRUE(sniff_image(signature));
    EXPECT_FALSE(sniff_image(signature.substr(0, signature.size() - 1)));
    for (std::size_t at = 0; at < signature.size(); ++at) {
      std::string changed = signature;
      changed[at] = static_cast<char>(changed[at] ^ 0x40);
      EXPECT_FALSE(sniff_image(changed)) << at;
    }
  }
}

TEST(Sniff, NamesEachTypeAndItsExtension) {
  EXPECT_EQ(mime_type(ImageType::png), "image/png");
  EXPECT_EQ(file_extension(ImageType::png), "png");
  EXPECT_EQ(mime_type(ImageType::jpeg), "image/jpeg");
  EXPECT_EQ(file_extension(ImageType::jpeg), "jpg");
  EXPECT_EQ(mime_type(ImageType::gif), "image/gif");
  EXPECT_EQ(file_extension(ImageType::gif), "gif");
  EXPECT_EQ(mime_type(ImageType::webp), "image/webp");
  EXPECT_EQ(file_extension(ImageType::webp), "webp");
  EXPECT_EQ(mime_type(ImageType::avif), "image/avif");
  EXPECT_EQ(file_extension(ImageType::avif), "avif");
}

}  // namespace
}  // namespace fluxgate
