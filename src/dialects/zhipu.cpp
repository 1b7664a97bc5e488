// zhipu: docs.bigmodel.cn/api-reference (CogView, GLM-Image); Z.ai abroad. It refuses `n`.
//
//   model  cogview-4-250304
//   keys   open.bigmodel.cn/usercenter/apikeys
//   sizes  any, of 512 to 2048 pixels a side, in steps of 16, 2097152 pixels at most
//   links  not said
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelSizes kSizes[] = {
    {"cogview",
     {.step_px = 16, .min_side_px = 512, .max_side_px = 2048, .max_pixels = 2 * 1024 * 1024}},
    {"glm-image",
     {.step_px = 32, .min_side_px = 512, .max_side_px = 2048, .max_pixels = 4 * 1024 * 1024}},
};

constexpr ModelFinish kFinishes[] = {
    {"cogview", {.qualities = "standard hd"}},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          write_finish(json, job, kFinishes);
        },
};

}  // namespace

constinit const Dialect zhipu = {
    .name = "zhipu",
    .hosts = "open.bigmodel.cn api.z.ai",
    .base = "https://open.bigmodel.cn/api/paas/v4",
    .sizes = kSizes,
    .finishes = kFinishes,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
