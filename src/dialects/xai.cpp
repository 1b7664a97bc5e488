// xai: docs.x.ai/developers/model-capabilities/images/generation. It takes a ratio and one of two
// resolutions, and refuses members that it does not know.
//
//   model  grok-imagine-image
//   keys   console.x.ai
//   sizes  the ratios 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 2:1, 1:2, 19.5:9, 9:19.5, 20:9, 9:20 in
//          1K, 2K
//   cost   told by its answers
//   links  not said
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios =
    "1:1 16:9 9:16 4:3 3:4 3:2 2:3 2:1 1:2 19.5:9 9:19.5 20:9 9:20";

constexpr ModelSizes kSizes[] = {
    {"", {.ratios = kRatios, .tiers = "1024x1024 2048x2048"}},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          write_ratio(json, job, kRatios);
          json.key("resolution").string(resolution_of(job.size) > 1 ? "2k" : "1k");
          if (job.form == WantedForm::base64) json.key("response_format").string("b64_json");
        },
    .constants = R"("n":1)",
};

/// A refusal comes under a good status, with a mark or with no picture at all.
Result<Step> read(const BackendAnswer& answer) {
  Result<Step> step = find_picture(answer);
  if (step || step.error().detail != "img_no_url") return step;
  if (!answer.root["data"].is_array()) return step;
  return refused_picture("moderation");
}

}  // namespace

constinit const Dialect xai = {
    .name = "xai",
    .hosts = "api.x.ai",
    .base = "https://api.x.ai/v1",
    .sizes = kSizes,
    .ask = ask_json<kShape>,
    .read = read,
};

}  // namespace fluxgate::dialects
