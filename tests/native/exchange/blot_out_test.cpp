#include "exchange/blot_out.h"

#include <gtest/gtest.h>

#include <string>

namespace fluxgate {
namespace {

TEST(BlotOut, TakesOutWhatAPromptAndATextShare) {
  EXPECT_EQ(blot_out_words("'a cat on a roof' is refused", "a cat on a roof at night"),
            "'***' is refused");
  EXPECT_EQ(blot_out_words("nothing of it", "a cat on a roof at night"), "nothing of it");
  EXPECT_EQ(blot_out_words("a cat, a cat", "a cat"), "***, ***") << "a short prompt whole";
  EXPECT_EQ(blot_out_words("text", ""), "text");
  EXPECT_EQ(blot_out_words("", "a cat"), "");
}

TEST(BlotOut, CutsNoCharacter) {
  EXPECT_EQ(blot_out_words("一只猫在屋顶上", "两只猫在屋顶下"), "一***上");
}

TEST(BlotOut, TakesOutEverySecretOfTheConfiguration) {
  std::string environment(
      "AUTHORIZED_API_KEY=client-key-1,client-key-2;"
      "IMAGE_GEN_API_BASE=https://x.example/g;IMAGE_GEN_MODEL=m;"
      "IMAGE_GEN_API_KEY=sk-image-0123456789;"
      "OPENAI_API_BASE=https://y.example;OPENAI_API_KEY=sk-llm-9876543210;OPENAI_MODEL=m;"
      "IMAGES_S3_URL=https://z.example/b;IMAGES_S3_KEY_ID=id;IMAGES_S3_SECRET=s3-secret-01234567;"
      "IMAGE_PROXY_SECRET=the-secret-of-the-links-0123456;");
  for (char& c : environment) c = c == ';' ? '\0' : c;
  const Config config = read_config(Environment::parse(environment));
  ASSERT_FALSE(config.error);
  for (const char* secret :
       {"client-key-1", "client-key-2", "sk-image-0123456789", "sk-llm-9876543210",
        "the-secret-of-the-links-0123456", "s3-secret-01234567"}) {
    const std::string text = std::string("Bearer ") + secret + " is bad";
    EXPECT_EQ(blot_out_secrets(text, config), "Bearer *** is bad") << secret;
  }
  EXPECT_EQ(blot_out_secrets("key sk-ima...56789", config), "key sk-ima...56789");
  EXPECT_EQ(blot_out_secrets("key sk-image-01...", config), "key ***...");
}

}  // namespace
}  // namespace fluxgate
