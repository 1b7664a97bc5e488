// workers-ai: developers.cloudflare.com/workers-ai: models of Cloudflare, and those of others in
// its catalog. With `[ai] binding = "AI"` in wrangler.toml it needs no address and no key; over
// HTTP its address is https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai.
//
//   model  @cf/black-forest-labs/flux-1-schnell
//   keys   none with the binding; over HTTP dash.cloudflare.com/profile/api-tokens
//   sizes  1024x1024
//   links  of its own models none, for pictures come in the answer; of others an hour
#include "base/utf8.h"
#include "dialects/dialects.h"
#include "http/url.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 21:9";
constexpr std::string_view kXaiRatios =
    "1:1 4:3 3:4 16:9 9:16 3:2 2:3 19.5:9 9:19.5 20:9 9:20 2:1 1:2";
constexpr SizeRules kStableDiffusion{.step_px = 8, .min_side_px = 256, .max_side_px = 2048};

constexpr ModelSizes kSizes[] = {
    {"flux-1-schnell", {.sizes = "1024x1024"}},
    {"@cf/black-forest-labs/flux-2", {.min_side_px = 256, .max_side_px = 1920}},
    {"lucid-origin", {.max_side_px = 2500}},
    {"@cf/", kStableDiffusion},
    {"openai/gpt-image", {.sizes = "1024x1024 1536x1024 1024x1536"}},
    {"google/", {.ratios = kRatios, .tiers = "1024x1024 2048x2048 4096x4096"}},
    {"xai/", {.ratios = kXaiRatios, .tiers = "1024x1024 2048x2048"}},
    {"black-forest-labs/", {.max_side_px = 2048}},
    {"alibaba/", {.step_px = 16, .min_pixels = 512 * 512, .max_pixels = 2048 * 2048}},
};

constexpr ModelFinish kFinishes[] = {
    {"openai/gpt-image", {"low medium high", "png jpeg webp", "opaque transparent"}},
    {"xai/", {.qualities = "low medium high"}},
    {"google/", {.formats = "png jpg"}},
    {"black-forest-labs/flux-2-max", {.formats = "png jpeg webp"}},
    {"black-forest-labs/flux-2-flex", {.formats = "png jpeg webp"}},
    {"cloudflare/image", {.qualities = "draft standard high"}},
};

constexpr ModelReferences kReferences[] = {
    {"@cf/black-forest-labs/flux-2", 4},
    {"@cf/", 0},
    {"openai/gpt-image", kMaxReferences},
    {"google/", 3},
    {"black-forest-labs/", 8},
    {"xai/", 10},
    {"bytedance/", 10},
};

/// Most characters of a prompt for flux-1-schnell.
constexpr std::size_t kMaxPromptCharacters = 2048;

constexpr std::string_view kSeedless = "flux-1-schnell openai/ google/ xai/ bytedance/ cloudflare/";

bool is_form(const ImageJob& job) {
  return job.model.starts_with("@cf/black-forest-labs/flux-2");
}

void write_size(json::Writer& json, const ImageJob& job) {
  const SizeRules rules = size_rules(kSizes, job.model);
  if (job.model.ends_with("flux-1-schnell")) return;
  if (!rules.ratios.empty()) {
    write_ratio(json, job, rules.ratios);
    write_resolution(json, job, job.model.starts_with("xai/") ? 'k' : 'K');
  } else if (job.model.starts_with("openai/") || job.model.starts_with("bytedance/") ||
             job.model.starts_with("alibaba/")) {
    json.key("size").string(size_text(job.size));
  } else {
    write_sides(json, job);
  }
}

void write_pictures(json::Writer& json, const ImageJob& job) {
  const auto is = [&](std::string_view maker) { return job.model.starts_with(maker); };
  if (is_form(job)) {
    return write_counted_references(json, job, "input_image_", 0, ReferenceForm::file);
  }
  if (is("openai/")) return write_references(json, job, "images", ReferenceForm::base64);
  const ReferenceForm form = ReferenceForm::data_url;
  if (is("xai/")) return write_reference_objects(json, job, "images", "url", form);
  write_references(json, job,
                   is("google/")      ? "image_input"
                   : is("bytedance/") ? "image"
                                      : "input_images",
                   form);
}

void write_input(json::Writer& json, const ImageJob& job) {
  const std::string prompt = whole_prompt(job);
  json.begin_object().key("prompt");
  json.string(job.model.ends_with("flux-1-schnell")
                  ? code_point_prefix(prompt, kMaxPromptCharacters)
                  : std::string_view(prompt));
  write_size(json, job);
  write_finish(json, job, kFinishes);
  write_pictures(json, job);
  if (job.seed && takes_seed(workers_ai, job.model)) json.key("seed").number(*job.seed);
  json.end_object();
}

/// Over HTTP, models of the catalog stand beside their input in the body.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool is_binding = split_url(provider.url).scheme == "binding";
  const bool is_wrapped = !is_binding && !job.model.starts_with("@");
  const std::string base = is_binding ? provider.url : model_url(provider.url, "run");
  std::string body;
  json::Writer json(body);
  if (is_wrapped) json.begin_object().key("model").string(job.model).key("input");
  write_input(json, job);
  if (is_wrapped) json.end_object();
  return post_json(is_wrapped ? base : model_url(base, job.model), std::move(body));
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const json::Value result = root["result"];
  for (const json::Value place : {result["image"], result["images"].first(), root["image"]}) {
    const std::string_view text = place.string_or_empty();
    if (!text.empty()) return picture_from(text);
  }
  return find_picture(answer);
}

}  // namespace

constinit const Dialect workers_ai = {
    .name = "workers-ai",
    .hosts = "api.cloudflare.com",
    .is_of_platform = true,
    .path = "",
    .call_paths = "/run",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .seedless_models = kSeedless,
    .is_form = is_form,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
