// Where the picture stands in the answers of image backends.
#include "provider/find_picture.h"

#include <gtest/gtest.h>

#include <string>

namespace fluxgate {
namespace {

constexpr Dialect kPlain = {.name = "plain", .ask = nullptr, .read = find_picture};

Result<Step> read_text(std::string_view body) {
  return read_answer_text(kPlain, body, 200, Headers(), "https://backend.example/v1");
}

TEST(FindPicture, TheFirstPictureCountsWhereverItStands) {
  for (const std::string_view body : {
           R"({"images":[{"url":"https://x.example/a"},{"url":"https://x.example/b"}]})",
           R"({"images":[{"url":""},{"url":null},{"url":7},{},{"url":"https://x.example/a"}]})",
           R"({"images":[null,"","https://x.example/a","https://x.example/b"]})",
           R"({"images":[],"data":[{"error":{"code":"no"}},{"url":"https://x.example/a"}]})",
           R"({"data":[{"url":"https://x.example/a","b64_json":"AAAA"}]})",
           R"({"output":["https://x.example/a"]})",
           R"({"image":"https://x.example/a"})",
       }) {
    const Result<Step> step = read_text(body);
    ASSERT_TRUE(step) << body;
    EXPECT_EQ(std::get<Made>(*step).picture.text, "https://x.example/a") << body;
  }
}

TEST(FindPicture, ADataUrlIsBase64) {
  for (const std::string_view body : {
           R"({"image":"data:image/png;base64,aGVs\nbG8="})",
           R"({"image":"DATA:image/png;charset=x;BASE64,aGVs bG8="})",
           R"({"image":"aGVs\r\nbG8="})",
       }) {
    const Result<Step> step = read_text(body);
    ASSERT_TRUE(step) << body;
    EXPECT_EQ(std::get<Made>(*step).picture.form, PictureForm::base64) << body;
    EXPECT_EQ(std::get<Made>(*step).picture.text, "aGVsbG8=") << body;
  }
  for (const std::string_view body :
       {R"({"image":"data:image/png,x"})", R"({"image":""})", "", R"({"images":[7]})"}) {
    const Result<Step> step = read_text(body);
    ASSERT_FALSE(step) << body;
    EXPECT_EQ(step.error().detail, "img_no_url") << body;
  }
}

}  // namespace
}  // namespace fluxgate
