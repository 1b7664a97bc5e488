// siliconflow: docs.siliconflow.cn/cn/api-reference/images/images-generations. What the original
// project speaks.
//
//   model  Kwai-Kolors/Kolors
//   keys   cloud.siliconflow.cn/account/ak
//   sizes  any, of 64 to 4096 pixels a side
//   links  an hour
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelReferences kReferences[] = {
    {"edit-2509", 3},
    {"edit", 1},
    {"kolors", 1},
    {"kontext", 1},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("image_size").string(size_text(job.size));
          write_numbered_references(json, job, "image", "", ReferenceForm::data_url);
        },
    .seed = "seed",
    .negative_prompt = "negative_prompt",
    // Its own default; FLUX models are good at it.
    .constants = R"("num_inference_steps":20)",
};

}  // namespace

constinit const Dialect siliconflow = {
    .name = "siliconflow",
    .hosts = "api.siliconflow.cn api.siliconflow.com",
    .base = "https://api.siliconflow.cn/v1",
    .list_path = "/models",
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
