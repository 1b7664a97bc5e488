// a1111: the API of AUTOMATIC1111's web UI, Forge and stable-diffusion.cpp, on a machine of one's
// own, started with --api. Set IMAGE_GEN_API_BASE to its address, and IMAGE_GEN_API_KEY to
// user:password where it was started with --api-auth.
//
//   model  sd_xl_base_1.0.safetensors
//   keys   your own server's, if it wants any
//   sizes  any, of 64 to 2048 pixels a side, in steps of 8
//   links  none, for pictures come in the answer
#include <utility>

#include "base/base64.h"
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelSizes kSizes[] = {{"", {.step_px = 8, .max_side_px = 2048}}};

/// HTTP Basic. Source: rfc-editor.org/rfc/rfc7617
constexpr ModelReferences kReferences[] = {
    {"", 1},
};

std::string basic(std::string_view key, UnixMs) {
  return base64_encode(key);
}

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          write_sides(json, job);
          json.key("override_settings").begin_object();
          json.key("sd_model_checkpoint").string(job.model).end_object();
          write_references(json, job, "init_images", ReferenceForm::base64);
        },
    .model = "",
    .seed = "seed",
    .negative_prompt = "negative_prompt",
};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  std::string url = provider.url;
  if (!job.references.empty()) url = with_path_part(url, "/txt2img", "/img2img");
  return post_json(std::move(url), json_body(kShape, job));
}

}  // namespace

constinit const Dialect a1111 = {
    .name = "a1111",
    .origin_path = "",
    .path = "/sdapi/v1/txt2img",
    .key = {.prefix = "Basic ", .sign = basic},
    .needs_key = false,
    .list_path = "/sdapi/v1/options",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
