// wavespeed: wavespeed.ai/docs. The model stands in the path. A picture is ordered, and asked for
// at the address that the answer names.
//
//   model  wavespeed-ai/z-image/turbo
//   keys   wavespeed.ai/accesskey
//   sizes  any, of 256 to 1536 pixels a side
//   links  not said
#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kTiers = "1024x1024 2048x2048 4096x4096";
constexpr SizeRules kUsual{.ratios = "1:1 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 21:9", .tiers = kTiers};

constexpr ModelSizes kSizes[] = {
    {"nano-banana-2",
     {.ratios = "1:1 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 21:9 4:1 1:4 8:1 1:8", .tiers = kTiers}},
    {"google/", kUsual},
    {"gpt-image",
     {.ratios = "1:1 2:1 1:2 3:1 1:3 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 21:9 9:21",
      .tiers = kTiers}},
    {"seedream", {.min_side_px = 1024}},
    {"", {.min_side_px = 256, .max_side_px = 1536}},
};

constexpr ModelFinish kFinishes[] = {
    {"gpt-image", {.qualities = "low medium high", .formats = "png jpeg webp"}},
    {"nano-banana", {.formats = "png jpeg"}},
    {"flux-dev", {.formats = "png jpeg webp"}},
};

constexpr ModelReferences kReferences[] = {
    {"sequential", 0}, {"/edit", 10},   {"nano-banana", 14}, {"gpt-image", kMaxReferences},
    {"seedream", 10},  {"flux-dev", 1},
};

constexpr std::string_view kSeedless = "bytedance/ google/ openai/";

void write_pictures(json::Writer& json, const ImageJob& job) {
  if (find_ignoring_case(job.model, "flux-dev") != kNowhere) {
    return write_first_reference(json, job, "image", ReferenceForm::data_url);
  }
  write_references(json, job, "images", ReferenceForm::data_url);
}

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          const SizeRules rules = size_rules(kSizes, job.model);
          if (rules.ratios.empty()) {
            json.key("size").string(starred(job.size));
          } else {
            write_ratio(json, job, rules.ratios);
            write_resolution(json, job, 'k');
          }
          write_finish(json, job, kFinishes);
          write_pictures(json, job);
          if (job.seed && takes_seed(wavespeed, job.model)) {
            json.key("seed").number(*job.seed % kSeedLimit);
          }
        },
    .model = "",
};

/// Where a model changes pictures: mostly at a name of its own.
std::string editing_model(std::string_view model) {
  constexpr std::string_view kFromText = "/text-to-image";
  if (model.ends_with("/edit") || find_ignoring_case(model, "flux-dev") != kNowhere) {
    return std::string(model);
  }
  if (model.ends_with(kFromText)) model.remove_suffix(kFromText.size());
  return std::string(model).append("/edit");
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  if (job.references.empty()) return json_request(kShape, job, provider);
  return post_json(model_url(provider.url, editing_model(job.model)), json_body(kShape, job));
}

/// Its number for a refusal. Source: wavespeed.ai/docs/error-codes
constexpr std::int64_t kModerated = 1200;

Result<Step> failure_in(json::Value data) {
  const std::int64_t code = data["code"].integer().value_or(0);
  return failed(code == 0 ? "" : std::to_string(code), data["error"].string_or_empty(),
                code == kModerated ? 451 : 0);
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const json::Value data = root["data"].is_object() ? root["data"] : root;
  const std::string_view status = data["status"].string_or_empty();
  if (status == "failed") return failure_in(data);
  if (status == "completed") {
    // A marked picture is blackened.
    if (data["has_nsfw_contents"].first().boolean().value_or(false)) {
      return refused_picture("nsfw");
    }
    return picture_from(data["outputs"].first().string_or_empty());
  }
  if (status != "created" && status != "processing") return find_picture(answer);
  Later later{.state = status == "created" ? JobState::queued : JobState::drawing};
  const std::string_view get_url = data["urls"]["get"].string_or_empty();
  if (!get_url.empty()) {
    later.ask = get(get_url);
  } else if (answer.asked_url.find("/predictions/") == answer.asked_url.npos) {
    return no_picture("img_no_url");  // An order that cannot be asked for.
  }
  return Step(std::move(later));
}

}  // namespace

constinit const Dialect wavespeed = {
    .name = "wavespeed",
    .hosts = "api.wavespeed.ai",
    .base = "https://api.wavespeed.ai/api/v3",
    .path = "",
    .list_path = "/balance",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .seedless_models = kSeedless,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
