// together: docs.together.ai/reference/post-images-generations
//
//   model  black-forest-labs/FLUX.1-schnell
//   keys   api.together.ai/settings/api-keys
//   sizes  any, of 64 to 4096 pixels a side, in steps of 16
//   links  not said
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelSizes kSizes[] = {
    {"flux.1", {.step_px = 16}},
};

constexpr ModelReferences kReferences[] = {
    {"kontext", 1},
    {"flux.2", 8},
    {"google/", 8},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          write_sides(json, job);
          if (job.form == WantedForm::base64) json.key("response_format").string("base64");
          if (find_ignoring_case(job.model, "kontext") != kNowhere) {
            write_first_reference(json, job, "image_url", ReferenceForm::data_url);
          } else {
            write_references(json, job, "reference_images", ReferenceForm::data_url);
          }
        },
    .seed = "seed",
    .negative_prompt = "negative_prompt",
    .constants = R"("n":1)",
};

}  // namespace

constinit const Dialect together = {
    .name = "together",
    .hosts = "api.together.xyz api.together.ai",
    .base = "https://api.together.xyz/v1",
    .list_path = "/models",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask_json<kShape>,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
