// openai: platform.openai.com/docs/api-reference/images/create. Many servers speak it.
//
//   model  gpt-image-1.5
//   keys   platform.openai.com/api-keys
//   sizes  1024x1024, 1536x1024, 1024x1536
//   links  of gpt-image none, for its pictures come in the answer; of dall-e an hour
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// OpenAI's own models; servers that only speak its dialect take any size.
constexpr SizeRules kThreeSizes{.sizes = "1024x1024 1536x1024 1024x1536"};
constexpr ModelSizes kSizes[] = {
    {"gpt-image-1", kThreeSizes},    // And gpt-image-1-mini, gpt-image-1.5.
    {"chatgpt-image", kThreeSizes},  // The newest of either kind, which takes these.
    {"gpt-image",
     {.step_px = 16,
      .max_side_px = 3840,
      .max_ratio = 3,
      .min_pixels = 655'360,
      .max_pixels = 8'294'400}},
    {"dall-e-3", {.sizes = "1024x1024 1792x1024 1024x1792"}},
    {"dall-e-2", {.sizes = "1024x1024 512x512 256x256"}},
};

constexpr FinishRules kGptImage{"low medium high", "png jpeg webp", "opaque transparent"};
constexpr ModelFinish kFinishes[] = {
    {"gpt-image-2.5", {"low medium high xhigh max", "png jpeg webp", "opaque transparent"}},
    {"gpt-image", kGptImage},
    {"chatgpt-image", kGptImage},
    {"dall-e-3", {.qualities = "standard hd"}},
};

// OpenAI answers 400 to a member that it does not know, and chat programs send a seed with requests
// that have no use for it: there is none for seeds and negative prompts.
constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          write_finish(json, job, kFinishes);
          // The gpt-image models always answer so, and refuse the member.
          if (job.form == WantedForm::base64 && job.model.starts_with("dall-e-")) {
            json.key("response_format").string("b64_json");
          }
        },
    .constants = R"("n":1)",
};

}  // namespace

constinit const Dialect openai = {
    .name = "openai",
    .hosts = "api.openai.com",
    .base = "https://api.openai.com/v1",
    .list_path = "/models",
    .sizes = kSizes,
    .finishes = kFinishes,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
