// ideogram: developer.ideogram.ai/api-reference. The model stands in the path. Version 4 takes
// neither a seed nor what must not be in the picture.
//
//   model  ideogram-v3
//   keys   ideogram.ai/manage-api
//   sizes  the ratios 1:1, 16:9, 9:16, 16:10, 10:16, 4:3, 3:4, 3:2, 2:3, 5:4, 4:5, 2:1, 1:2, 3:1,
//          1:3 in 1K
//   links  they expire; when is not said
#include <algorithm>

#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios =
    "1:1 16:9 9:16 16:10 10:16 4:3 3:4 3:2 2:3 5:4 4:5 2:1 1:2 3:1 1:3";

constexpr std::string_view kFour = "v4";

constexpr ModelSizes kSizes[] = {
    {kFour,
     {.sizes = "2048x2048 1440x2880 2880x1440 1664x2496 2496x1664 1792x2240 2240x1792 1440x2560 "
               "2560x1440 1600x2560 2560x1600 1728x2304 2304x1728 1296x3168 3168x1296 1152x2944 "
               "2944x1152 1248x3328 3328x1248 1280x3072 3072x1280 1024x3072 3072x1024 1024x1024 "
               "896x1120 1120x896 864x1152 1152x864 832x1248 1248x832 800x1280 1280x800 720x1280 "
               "1280x720 720x1440 1440x720 512x1536 1536x512"}},
    {"", {.ratios = kRatios, .tiers = "1024x1024"}},
};

constexpr ModelReferences kReferences[] = {
    {"", 1},
};

/// "16x9", the nearest of the ratios.
std::string ratio_text(ImageSize size) {
  std::string ratio(nearest_ratio(wish_for(size), kRatios));
  std::replace(ratio.begin(), ratio.end(), ':', 'x');
  return ratio;
}

bool is_form(const ImageJob&) {
  return true;
}

/// The prompt was written by a language model already, or is to stay as it is. A picture is changed
/// at an address of its own; Ideogram's masks are of other colours than OpenAI's.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  if (find_ignoring_case(job.model, kFour) != kNowhere) {
    json.key("text_prompt").string(whole_prompt(job));
    json.key("resolution").string(size_text(job.size));
  } else {
    const bool takes_negative = takes_negative_prompt(ideogram, job.model);
    json.key("prompt").string(takes_negative ? std::string(job.prompt) : whole_prompt(job));
    json.key("aspect_ratio").string(ratio_text(job.size)).key("magic_prompt").string("OFF");
    if (job.seed) json.key("seed").number(*job.seed % kSeedLimit);
    if (takes_negative && !job.negative_prompt.empty()) {
      json.key("negative_prompt").string(job.negative_prompt);
    }
  }
  write_first_reference(json, job, "image", ReferenceForm::file);
  json.end_object();
  return post_json(
      model_url(model_url(provider.url, job.model), job.references.empty() ? "generate" : "remix"),
      std::move(body));
}

/// A picture that its filter takes away stays in the answer with a mark.
Result<Step> read(const BackendAnswer& answer) {
  if (!answer.root["data"].first()["is_image_safe"].boolean().value_or(true)) {
    return refused_picture("unsafe");
  }
  return find_picture(answer);
}

}  // namespace

constinit const Dialect ideogram = {
    .name = "ideogram",
    .hosts = "api.ideogram.ai",
    .base = "https://api.ideogram.ai/v1",
    .path = "",
    .call_paths = "/ideogram-",
    .key = {.name = "api-key", .prefix = ""},
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .seedless_models = kFour,
    .takes_negative_prompt = true,
    .negative_prompt_models = "v1 v2 v3",
    .is_form = is_form,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
