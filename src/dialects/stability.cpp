// stability: platform.stability.ai/docs/api-reference, v2beta. The model stands in the path; one of
// sd3's own models, "sd3.5-large", in the form as well.
//
//   model  core
//   keys   platform.stability.ai/account/keys
//   sizes  the ratios 1:1, 16:9, 9:16, 21:9, 9:21, 3:2, 2:3, 5:4, 4:5 in 1K
//   links  none, for pictures come in the answer
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 16:9 9:16 21:9 9:21 3:2 2:3 5:4 4:5";

constexpr ModelSizes kSizes[] = {{"", {.ratios = kRatios, .tiers = "1024x1024"}}};

constexpr ModelFinish kFinishes[] = {
    {"sd3", {.formats = "png jpeg"}},
    {"", {.formats = "png jpeg webp"}},
};

constexpr ModelReferences kReferences[] = {
    {"sd3", 1},
    {"ultra", 1},
};

/// Seeds are below it.
constexpr std::uint32_t kSeedLimit = 4'294'967'295;

bool is_named_in_form(std::string_view model) {
  return model.starts_with("sd3.");
}

/// How far a picture may be from the one that it goes by: 0 is that one, 1 any other.
constexpr std::string_view kStrength = "0.7";

/// Does the model draw from a picture in a mode of its own, in which the ratio is the picture's?
bool has_modes(std::string_view model) {
  return model.starts_with("sd3");
}

void write_picture(json::Writer& json, const ImageJob& job) {
  if (job.references.empty()) return;
  if (has_modes(job.model)) json.key("mode").string("image-to-image");
  write_first_reference(json, job, "image", ReferenceForm::file);
  json.key("strength").string(kStrength);
}

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          if (is_named_in_form(job.model)) json.key("model").string(job.model);
          if (job.references.empty() || !has_modes(job.model)) {
            write_ratio(json, job, kRatios);
          }
          write_picture(json, job);
          write_finish(json, job, kFinishes);
          if (job.seed) json.key("seed").number(*job.seed % kSeedLimit);
        },
    .model = "",
    .negative_prompt = "negative_prompt",
};

bool is_form(const ImageJob&) {
  return true;
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const std::string_view name = is_named_in_form(job.model) ? "sd3" : job.model;
  return post_json(model_url(provider.url, name), json_body(kShape, job));
}

/// A refused picture is blurred, and marked under a good status.
Result<Step> read(const BackendAnswer& answer) {
  const std::string_view reason = answer.root["finish_reason"].string_or_empty();
  if (reason == "CONTENT_FILTERED") return refused_picture(reason);
  return find_picture(answer);
}

}  // namespace

constinit const Dialect stability = {
    .name = "stability",
    .hosts = "api.stability.ai",
    .base = "https://api.stability.ai/v2beta/stable-image/generate",
    .path = "",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .is_form = is_form,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
