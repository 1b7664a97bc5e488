// xai: docs.x.ai/developers/model-capabilities/images/generation. It takes a ratio and one of two
// resolutions, and refuses members that it does not know; seeds are lost.
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"
#include "provider/sizes.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios =
    "1:1 16:9 9:16 4:3 3:4 3:2 2:3 2:1 1:2 19.5:9 9:19.5 20:9 9:20";

/// Half-way, as a factor, between the areas of "1k" and "2k", which are 1024x1024 and four times
/// it.
constexpr std::uint64_t kMost1kPixels = 2 * 1024 * 1024;

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          const std::uint64_t pixels = std::uint64_t{job.size.width_px} * job.size.height_px;
          json.key("aspect_ratio").string(nearest_ratio(job.size, kRatios));
          json.key("resolution").string(pixels > kMost1kPixels ? "2k" : "1k");
          if (job.form == WantedForm::base64) json.key("response_format").string("b64_json");
        },
    .constants = R"("n":1)",
};

}  // namespace

constinit const Dialect xai = {
    .name = "xai",
    .hosts = "api.x.ai",
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
