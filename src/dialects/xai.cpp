// xai: docs.x.ai/developers/model-capabilities/images/generation. It takes a ratio and one of two
// resolutions, and refuses members that it does not know; seeds are lost.
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

/// Half-way, as a factor, between the areas of "1k" and "2k".
constexpr std::uint32_t kMost1kPixels = 2 * 1024 * 1024;

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          const SizeWish wish = wish_for(job.size);
          json.key("aspect_ratio").string(nearest_ratio(wish, kRatios));
          json.key("resolution").string(wish.pixels > kMost1kPixels ? "2k" : "1k");
          if (job.form == WantedForm::base64) json.key("response_format").string("b64_json");
        },
    .constants = R"("n":1)",
};

}  // namespace

constinit const Dialect xai = {
    .name = "xai",
    .hosts = "api.x.ai",
    .sizes = kSizes,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
