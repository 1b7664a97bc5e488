// deepinfra: deepinfra.com/docs/inference. The model stands in the path.
//
//   model  black-forest-labs/FLUX-1-schnell
//   keys   deepinfra.com/dash/api_keys
//   sizes  any, of 128 to 2048 pixels a side
//   cost   told by its answers
//   links  not said; most pictures come in the answer
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// Of models that it passes on to their maker.
constexpr SizeRules kPartner{.step_px = 32, .min_side_px = 256, .max_side_px = 1440};

constexpr ModelSizes kSizes[] = {
    {"flux-2", {.step_px = 16, .max_side_px = 2048}},
    {"flux-pro", kPartner},
    {"flux-1.1-pro", kPartner},
    {"", {.min_side_px = 128, .max_side_px = 2048}},
};

constexpr ModelFinish kFinishes[] = {
    {"flux-2-pro", {.formats = "png jpeg"}},
};

constexpr ModelReferences kReferences[] = {
    {"flux-2-klein", 4},
    {"flux-2", 8},
};

void write_size(json::Writer& json, const ImageJob& job) {
  write_sides(json, job);
  write_finish(json, job, kFinishes);
  if (find_ignoring_case(job.model, "klein") == kNowhere) {
    return write_numbered_references(json, job, "input_image", "_", ReferenceForm::base64);
  }
  write_counted_references(json, job, "input_image_", 1, ReferenceForm::base64);
}

constexpr JsonShape kShape = {.write_members = write_size, .model = "", .seed = "seed"};
constexpr JsonShape kStableDiffusion = {
    .write_members = write_size, .model = "", .seed = "seed", .negative_prompt = "negative_prompt"};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool takes_negative = takes_negative_prompt(deepinfra, job.model);
  return post_json(model_url(model_url(provider.url, "inference"), job.model),
                   json_body(takes_negative ? kStableDiffusion : kShape, job));
}

/// Refusals come under a good status: as a state, or as a mark on a black picture.
Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view status = root["status"].string_or_empty();
  if (status.ends_with("_moderated")) return refused_picture(status);
  if (root["nsfw_content_detected"].first().boolean().value_or(false)) {
    return refused_picture("nsfw");
  }
  const std::string_view link = root["image_url"].string_or_empty();
  return with_cost(link.empty() ? find_picture(answer) : picture_from(link),
                   root["inference_status"]["cost"]);
}

}  // namespace

constinit const Dialect deepinfra = {
    .name = "deepinfra",
    .hosts = "api.deepinfra.com",
    .base = "https://api.deepinfra.com/v1",
    .path = "",
    .call_paths = "/inference/",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .negative_prompt_models = "sdxl",
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
