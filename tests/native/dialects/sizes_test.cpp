// Each model is asked for sizes that it takes alone, whatever the client wants.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "dialects/dialects.h"

namespace fluxgate {
namespace {

/// What the documents of a model's maker say, in words of this test.
struct Limits {
  std::string_view dialect;
  std::string_view model;
  std::vector<std::string_view> sizes = {};  ///< When there are some, nothing else counts.
  std::uint32_t step_px = 1;
  std::uint32_t max_side_px = 4096;
  double max_ratio = 64;
  std::uint64_t min_pixels = 0;
  std::uint64_t max_pixels = 16'777'216;
};

const std::vector<Limits> kModels = {
    {"openai", "gpt-image-1", {"1024x1024", "1536x1024", "1024x1536"}},
    {"openai", "gpt-image-1-mini", {"1024x1024", "1536x1024", "1024x1536"}},
    {"openai", "gpt-image-1.5", {"1024x1024", "1536x1024", "1024x1536"}},
    {"openai", "openai/GPT-Image-1.5", {"1024x1024", "1536x1024", "1024x1536"}},
    {"openai", "gpt-image-2", {}, 16, 3840, 3, 655'360, 8'294'400},
    {"openai", "gpt-image-2.5-flare", {}, 16, 3840, 3, 655'360, 8'294'400},
    {"openai", "dall-e-3", {"1024x1024", "1792x1024", "1024x1792"}},
    {"openai", "dall-e-2", {"256x256", "512x512", "1024x1024"}},
    {"openai", "flux", {}},
    {"openai", "doubao-seedream-4-0-250828", {}, 1, 4096, 16, 921'600, 16'777'216},
    {"openai", "seedream-4-5-251128", {}, 1, 4096, 16, 3'686'400, 16'777'216},
    {"openai", "seedream-5-0-260128", {}, 1, 4096, 16, 3'686'400, 16'777'216},
    {"openai", "seedream-5-0-lite-260128", {}, 1, 4096, 16, 3'686'400, 16'777'216},
    {"openai", "dola-seedream-5-0-pro-260628", {}, 1, 4096, 16, 921'600, 4'624'220},
    {"siliconflow", "Kwai-Kolors/Kolors", {}},
    {"siliconflow", "seedream-4.5", {}, 1, 4096, 16, 3'686'400, 16'777'216},
    {"together", "black-forest-labs/FLUX.1-schnell", {}, 16},
    {"together", "black-forest-labs/FLUX.2-pro", {}, 16, 4096, 64, 0, 4'194'304},
    {"together", "ByteDance-Seed/Seedream-4.0", {}, 1, 4096, 16, 921'600, 16'777'216},
    {"xai", "grok-imagine-image", {}},
    {"ark", "doubao-seedream-4-0-250828", {}, 1, 4096, 16, 921'600, 16'777'216},
    {"ark", "seedream-5-0-lite-260128", {}, 1, 4096, 16, 3'686'400, 16'777'216},
    {"zhipu", "cogview-4-250304", {}, 16, 2048, 4, 0, 2'097'152},
    {"zhipu", "glm-image", {}, 32, 2048, 4, 0, 4'194'304},
    {"dashscope", "qwen-image", {"1328x1328", "1664x928", "1472x1104", "1104x1472", "928x1664"}},
    {"dashscope", "wan2.6-t2i", {}, 16, 4096, 4, 1'638'400, 2'073'600},
    {"dashscope", "qwen-image-3.0", {}, 16, 4096, 64, 262'144, 4'194'304},
};

bool is_legal(const Limits& limits, ImageSize size) {
  if (!limits.sizes.empty()) {
    for (const std::string_view text : limits.sizes) {
      if (text == size_text(size)) return true;
    }
    return false;
  }
  const double width = size.width_px;
  const double height = size.height_px;
  return size.width_px % limits.step_px == 0 && size.height_px % limits.step_px == 0 &&
         width >= 64 && height >= 64 && width <= limits.max_side_px &&
         height <= limits.max_side_px && width <= height * limits.max_ratio &&
         height <= width * limits.max_ratio && width * height >= limits.min_pixels &&
         width * height <= limits.max_pixels;
}

SizeRules rules_of(const Limits& limits) {
  return size_rules(find_dialect(limits.dialect)->sizes, limits.model);
}

/// Calls `look` for sizes of all ratios from 1:4 to 4:1, small and large.
template <class Look>
void each_wish(const Look& look) {
  for (std::uint32_t side = 256; side <= 4096; side += side / 4 + 13) {
    for (std::uint32_t other = (side + 3) / 4; other <= side; other += 1 + other / 61) {
      if (other < 64) continue;
      look(ImageSize{side, other});
      look(ImageSize{other, side});
    }
  }
}

TEST(Sizes, AreLegalForEachModelAndEachWish) {
  for (const Limits& limits : kModels) {
    SCOPED_TRACE(std::string(limits.dialect) + ": " + std::string(limits.model));
    const SizeRules rules = rules_of(limits);
    std::size_t illegal_count = 0;
    each_wish([&](ImageSize wish) {
      const ImageSize size = nearest_size(rules, wish);
      if (is_legal(limits, size)) return;
      ++illegal_count;
      if (illegal_count < 5) ADD_FAILURE() << size_text(wish) << " gives " << size_text(size);
    });
    EXPECT_EQ(illegal_count, 0u);
  }
}

TEST(Sizes, KeepTheRatioWhereTheModelTakesAny) {
  for (const Limits& limits : kModels) {
    if (!limits.sizes.empty() || limits.dialect == "xai") continue;
    SCOPED_TRACE(std::string(limits.dialect) + ": " + std::string(limits.model));
    each_wish([&](ImageSize wish) {
      const double ratio = static_cast<double>(wish.width_px) / wish.height_px;
      if (ratio > limits.max_ratio || 1 / ratio > limits.max_ratio) return;
      const ImageSize size = nearest_size(rules_of(limits), wish);
      EXPECT_TRUE(have_same_shape(wish, size)) << size_text(wish) << " gives " << size_text(size);
    });
  }
}

TEST(Sizes, StayAsTheyAreWhereTheModelTakesThem) {
  for (const Limits& limits : kModels) {
    if (limits.dialect == "xai") continue;
    for (const ImageSize size : {ImageSize{1024, 1024},
                                 {512, 1024},
                                 {768, 512},
                                 {768, 1024},
                                 {1024, 576},
                                 {576, 1024},
                                 {2048, 2048},
                                 {3840, 2160}}) {
      if (!is_legal(limits, size)) continue;
      EXPECT_EQ(nearest_size(rules_of(limits), size), size) << limits.model << size_text(size);
    }
  }
}

TEST(Sizes, AreTheExpectedOnesForFamiliarWishes) {
  const auto asked = [](std::string_view dialect, std::string_view model, ImageSize wish) {
    return size_text(nearest_size(size_rules(find_dialect(dialect)->sizes, model), wish));
  };
  EXPECT_EQ(asked("openai", "gpt-image-2", {1024, 576}), "1280x720");
  EXPECT_EQ(asked("openai", "gpt-image-2", {512, 1024}), "576x1152");
  EXPECT_EQ(asked("openai", "gpt-image-2", {768, 512}), "1008x672");
  EXPECT_EQ(asked("openai", "gpt-image-2", {1920, 1080}), "2048x1152");
  EXPECT_EQ(asked("openai", "gpt-image-2", {4096, 1024}), "3552x1184");
  EXPECT_EQ(asked("openai", "gpt-image-1", {1024, 576}), "1536x1024");
  EXPECT_EQ(asked("openai", "dall-e-3", {576, 1024}), "1024x1792");
  EXPECT_EQ(asked("openai", "seedream-4-5", {1024, 1024}), "1920x1920");
  EXPECT_EQ(asked("openai", "seedream-4-5", {1024, 576}), "2560x1440");
  EXPECT_EQ(asked("openai", "seedream-4-0", {1024, 576}), "1280x720");
  EXPECT_EQ(asked("xai", "grok-imagine-image", {576, 1024}), "720x1280");
}

TEST(Dialects, SayWhetherTheyTakeASeedAndANegativePrompt) {
  ProviderSettings provider;
  provider.url = "https://backend.example/generate";
  ImageJob job{"model", "a cat", {1024, 1024}};
  const auto body_of = [&](const Dialect& dialect) {
    const Call call = dialect.ask(job, provider);
    const Request* request = std::get_if<Request>(&call);
    return request == nullptr ? std::get<Made>(call).picture.text : request->body;
  };
  for (const Dialect* dialect : dialects::kAll) {
    std::vector<std::string_view> models = {"owner/model"};
    for (const std::string_view names :
         {dialect->seedless_models, dialect->negative_prompt_models}) {
      for (const std::string_view name : split_list(names, ' ')) models.push_back(name);
    }
    for (const std::string_view model : models) {
      SCOPED_TRACE(std::string(dialect->name).append(", ").append(model));
      job.model = model;
      job.seed.reset();
      const std::string bare = body_of(*dialect);
      job.seed = 123456;
      EXPECT_EQ(body_of(*dialect) != bare, takes_seed(*dialect, model));
      job.negative_prompt = "smoke";
      const bool is_a_member = body_of(*dialect).find(R"("smoke")") != std::string::npos;
      EXPECT_EQ(is_a_member, takes_negative_prompt(*dialect, model));
      job.negative_prompt = {};
    }
  }
}

}  // namespace
}  // namespace fluxgate
