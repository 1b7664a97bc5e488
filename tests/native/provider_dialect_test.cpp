// How image backends are asked.
#include "provider/dialect.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace fluxgate {
namespace {

const ImageJob kJob = {"flux", "a cat", {1024, 576}};

nlohmann::json body_of(Dialect dialect, const ImageJob& job) {
  ProviderSettings provider;
  provider.dialect = dialect;
  provider.url = "https://backend.example/generate";
  return nlohmann::json::parse(image_request(provider, job, "key").body, nullptr, false);
}

nlohmann::json openai_prompt(std::string prompt, std::string negative_prompt) {
  ImageJob job = kJob;
  job.prompt = std::move(prompt);
  job.negative_prompt = std::move(negative_prompt);
  return body_of(Dialect::openai, job)["prompt"];
}

TEST(Dialect, ABareJobGivesNoFieldWithoutAValue) {
  const nlohmann::json siliconflow = {{"model", "flux"},
                                      {"prompt", "a cat"},
                                      {"image_size", "1024x576"},
                                      {"num_inference_steps", 20}};
  EXPECT_EQ(body_of(Dialect::siliconflow, kJob), siliconflow);
  const nlohmann::json openai = {
      {"model", "flux"}, {"prompt", "a cat"}, {"n", 1}, {"size", "1024x576"}};
  EXPECT_EQ(body_of(Dialect::openai, kJob), openai);
}

TEST(Dialect, SiliconflowTakesSeedAndNegativePrompt) {
  for (const std::uint32_t seed : {0u, 7u, 4'294'967'295u}) {
    ImageJob job = kJob;
    job.seed = seed;
    job.negative_prompt = "text, \"logos\"";
    const nlohmann::json body = body_of(Dialect::siliconflow, job);
    EXPECT_EQ(body["seed"], seed);
    EXPECT_EQ(body["negative_prompt"], "text, \"logos\"");
    EXPECT_EQ(body["prompt"], "a cat");
  }
}

TEST(Dialect, OpenaiGetsNoFieldThatItWouldRefuse) {
  for (const char* model : {"gpt-image-1", "gpt-image-2", "dall-e-3", "dall-e-2", "flux"}) {
    ImageJob job = kJob;
    job.model = model;
    job.seed = 7;
    job.negative_prompt = "text";
    const nlohmann::json body = body_of(Dialect::openai, job);
    EXPECT_EQ(body.size(), 4u) << model;
    EXPECT_FALSE(body.contains("seed")) << model;
    EXPECT_FALSE(body.contains("negative_prompt")) << model;
    EXPECT_EQ(body["prompt"], "a cat. Avoid: text") << model;
  }
}

TEST(Dialect, OpenaiReadsTheNegativePromptInThePrompt) {
  EXPECT_EQ(openai_prompt("a cat", ""), "a cat");
  EXPECT_EQ(openai_prompt("a cat", "text, frames"), "a cat. Avoid: text, frames");
  EXPECT_EQ(openai_prompt("A cat sits.", "text"), "A cat sits. Avoid: text");
}

TEST(Dialect, TheCallCarriesTheKeyAndSaysWhatItIs) {
  ProviderSettings provider;
  provider.url = "https://backend.example/generate";
  const Request request = image_request(provider, kJob, "key");
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.url, "https://backend.example/generate");
  EXPECT_EQ(request.headers.find("authorization"), "Bearer key");
  EXPECT_EQ(request.headers.find("content-type"), "application/json");
}

TEST(Dialect, TheFirstPictureCountsWhereverItStands) {
  for (const std::string_view body : {
           R"({"images":[{"url":"https://x.example/a"},{"url":"https://x.example/b"}]})",
           R"({"images":[{"url":""},{"url":null},{"url":7},{},{"url":"https://x.example/a"}]})",
           R"({"images":[null,"","https://x.example/a","https://x.example/b"]})",
           R"({"images":[],"data":[{"error":{"code":"no"}},{"url":"https://x.example/a"}]})",
           R"({"data":[{"url":"https://x.example/a","b64_json":"AAAA"}]})",
           R"({"output":["https://x.example/a"]})",
           R"({"image":"https://x.example/a"})",
       }) {
    const Result<BackendImage> image = read_image_answer(body);
    ASSERT_TRUE(image) << body;
    EXPECT_EQ(image->url, "https://x.example/a") << body;
  }
}

}  // namespace
}  // namespace fluxgate
