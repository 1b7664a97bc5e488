// openrouter: openrouter.ai/docs/api-reference/images. One key for the models of many makers. It
// refuses members that a model does not list, as many do not list a seed.
//
//   model  google/gemini-3.1-flash-image
//   keys   openrouter.ai/settings/keys
//   sizes  the ratios 1:1, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9, 21:9 in 1K, 2K, 4K
//   cost   told by its answers
//   links  none, for pictures come in the answer
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9";

constexpr ModelSizes kSizes[] = {
    {"", {.ratios = kRatios, .tiers = "1024x1024 2048x2048 4096x4096"}},
};

constexpr ModelFinish kFinishes[] = {
    {"openai/gpt-image", {"low medium high", "png jpeg webp", "opaque transparent"}},
    {"black-forest-labs/flux.2", {.formats = "png jpeg webp"}},
};

constexpr ModelReferences kReferences[] = {
    {"flux.2", 8}, {"gpt-image", kMaxReferences}, {"gemini", 14}, {"seedream", 14}, {"", 1},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          write_ratio(json, job, kRatios);
          write_resolution(json, job, 'K');
          write_finish(json, job, kFinishes);
          if (job.references.empty()) return;
          json.key("input_references").begin_array();
          for (std::size_t index = 0; index < job.references.size(); ++index) {
            json.begin_object().key("type").string("image_url").key("image_url").begin_object();
            json.key("url");
            write_reference(json, job, index, ReferenceForm::data_url);
            json.end_object().end_object();
          }
          json.end_array();
        },
};

}  // namespace

constinit const Dialect openrouter = {
    .name = "openrouter",
    .hosts = "openrouter.ai",
    .base = "https://openrouter.ai/api/v1",
    .path = "/images",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
