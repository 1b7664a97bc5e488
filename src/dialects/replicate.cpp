// replicate: replicate.com/docs/reference/http. The model stands in the path, or its version in the
// body. A picture is ordered, and asked for at the address that the answer names.
//
//   model  black-forest-labs/flux-schnell
//   keys   replicate.com/account/api-tokens
//   sizes  the ratios 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 4:5, 5:4, 21:9, 9:21 in 1K
//   links  an hour
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

// What most models take; each has a schema of its own. Members that a model has beside these are
// for IMAGE_GEN_EXTRA: {"input":{...}}.
constexpr std::string_view kRatios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4 21:9 9:21";
constexpr std::string_view kUsualRatios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4 21:9";

constexpr std::string_view kFewRatios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4";
constexpr std::string_view kSeedless = "google/ seedream flux-3";

constexpr ModelSizes kSizes[] = {
    {"flux-2", {.ratios = kFewRatios, .tiers = "1024x1024"}},
    {"sdxl", {.step_px = 8}},
    {"stable-diffusion-xl", {.step_px = 8}},
    {"google/imagen", {.ratios = "1:1 16:9 9:16 4:3 3:4", .tiers = "1024x1024"}},
    {"google/", {.ratios = kUsualRatios, .tiers = "1024x1024"}},
    {"seedream", {.ratios = kUsualRatios, .tiers = "1024x1024"}},
    {"", {.ratios = kRatios, .tiers = "1024x1024"}},
};

constexpr ModelFinish kFinishes[] = {
    {"kontext", {.formats = "png jpg"}},
    {"nano-banana", {.formats = "png jpg"}},
    {"black-forest-labs/flux", {.formats = "png jpg webp"}},
};

/// It takes data URLs of files of less than 1 MB. A larger file has to be uploaded by a call of its
/// own, before the order. Source: replicate.com/docs/topics/predictions/input-files
constexpr std::uint64_t kMaxDataUrlPictureBytes = 999'999;

constexpr ModelReferences kReferences[] = {
    {"flux-3", 10, false, kMaxDataUrlPictureBytes},
    {"flux-2", 8, false, kMaxDataUrlPictureBytes},
    {"kontext", 1, false, kMaxDataUrlPictureBytes},
    {"nano-banana", 14, false, kMaxDataUrlPictureBytes},
    {"seedream", 10, false, kMaxDataUrlPictureBytes},
    {"sdxl", 1, false, kMaxDataUrlPictureBytes},
};

/// The version in "owner/name:version", or a bare one of 64 hex digits; empty for "owner/name".
std::string_view version_of(std::string_view model) {
  const std::size_t colon = model.find(':');
  if (colon != model.npos) return model.substr(colon + 1);
  return model.find('/') == model.npos ? model : std::string_view();
}

std::string address_of(std::string_view model, std::string_view base) {
  if (!version_of(model).empty()) return model_url(base, "predictions");
  return model_url(model_url(model_url(base, "models"), model), "predictions");
}

/// Each model's schema has a field of its own.
void write_pictures(json::Writer& json, const ImageJob& job) {
  const auto is = [&](std::string_view name) { return job.model.find(name) != job.model.npos; };
  const ReferenceForm form = ReferenceForm::data_url;
  if (is("kontext")) return write_first_reference(json, job, "input_image", form);
  if (is("sdxl")) return write_first_reference(json, job, "image", form);
  write_references(json, job,
                   is("flux-3")   ? "images"
                   : is("flux-2") ? "input_images"
                                  : "image_input",
                   form);
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const std::string_view version = version_of(job.model);
  const SizeRules rules = version.empty() || job.model.find('/') != job.model.npos
                              ? size_rules(kSizes, job.model)
                              : SizeRules();
  std::string body;
  json::Writer json(body);
  json.begin_object();
  if (!version.empty()) json.key("version").string(version);
  json.key("input").begin_object();
  const bool takes_negative = takes_negative_prompt(replicate, job.model);
  write_prompts(json, job, takes_negative);
  if (rules.ratios.empty()) {
    write_sides(json, job);
  } else {
    write_ratio(json, job, rules.ratios);
  }
  write_finish(json, job, kFinishes);
  write_pictures(json, job);
  if (job.seed && takes_seed(replicate, job.model)) json.key("seed").number(*job.seed);
  json.end_object().end_object();
  Request request = post_json(address_of(job.model, provider.url), std::move(body));
  request.headers.append("prefer", "wait=10");  // Quick models need no further call.
  return request;
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view status = root["status"].string_or_empty();
  if (status == "starting" || status == "processing") {
    Later later{.state = status == "starting" ? JobState::queued : JobState::drawing};
    const std::string_view get_url = root["urls"]["get"].string_or_empty();
    const std::string_view cancel_url = root["urls"]["cancel"].string_or_empty();
    if (!get_url.empty()) later.ask = get(get_url);
    if (!cancel_url.empty()) later.cancel = request_to(Method::post, cancel_url);
    return Step(std::move(later));
  }
  if (status == "failed" || status == "canceled" || status == "aborted") {
    return failed(status, root["error"].string_or_empty());
  }
  const json::Value output = root["output"];
  for (const json::Value place : {output, output.first(), output["url"], output["image"]}) {
    const std::string_view text = place.string_or_empty();
    if (!text.empty()) return picture_from(text);
  }
  if (output.is_array()) return refused_picture("no picture");  // So it hides bad ones.
  return find_picture(answer);
}

}  // namespace

constinit const Dialect replicate = {
    .name = "replicate",
    .hosts = "api.replicate.com",
    .base = "https://api.replicate.com/v1",
    .path = "",
    .call_paths = "/models/ /predictions",
    .list_path = "/account",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .seedless_models = kSeedless,
    .takes_negative_prompt = true,
    .negative_prompt_models = "sdxl stable-diffusion :",
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
