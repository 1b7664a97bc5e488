// fal: docs.fal.ai/model-apis. The model stands in the path. A picture is ordered; the answer names
// the addresses to ask and to cancel at.
//
//   model  fal-ai/flux/schnell
//   keys   fal.ai/dashboard/keys
//   sizes  any, of 64 to 4096 pixels a side
//   links  not said
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9";
constexpr SizeRules kRatiosAndTiers{.ratios = kRatios, .tiers = "1024x1024 2048x2048 4096x4096"};
constexpr SizeRules kRatiosOnly{.ratios = kRatios, .tiers = "1024x1024"};

constexpr ModelSizes kSizes[] = {
    {"nano-banana", kRatiosAndTiers},
    {"gemini", kRatiosAndTiers},
    {"imagen", kRatiosOnly},
    {"kontext", kRatiosOnly},
    {"ultra", kRatiosOnly},
    {"gpt-image-1", {.sizes = "1024x1024 1536x1024 1024x1536"}},
    {"gpt-image",
     {.step_px = 16,
      .max_side_px = 3840,
      .max_ratio = 3,
      .min_pixels = 655'360,
      .max_pixels = 8'294'400}},
};

constexpr ModelFinish kFinishes[] = {
    {"gpt-image", {.qualities = "low medium high", .formats = "png jpeg webp"}},
    {"nano-banana", {.formats = "png jpeg webp"}},
    {"fal-ai/flux", {.formats = "png jpeg"}},
};

constexpr ModelReferences kReferences[] = {
    {"kontext", 1},
    {"flux-2", 9},
    {"nano-banana", 14},
    {"seedream", 10},
    {"gpt-image", kMaxReferences, true},
    {"/edit", 4},
};

void write_size(json::Writer& json, const ImageJob& job) {
  const SizeRules rules = size_rules(kSizes, job.model);
  if (rules.ratios.empty()) {
    json.key("image_size").begin_object().key("width").number(job.size.width_px);
    json.key("height").number(job.size.height_px).end_object();
  } else {
    write_ratio(json, job, rules.ratios);
    write_resolution(json, job, 'K');
  }
}

constexpr std::string_view kKontext = "kontext";
/// Where a model changes pictures: at a name of its own.
std::string editing_model(std::string_view model) {
  for (const std::string_view end : {"/edit", "/text-to-image"}) {
    if (model.ends_with(end)) model.remove_suffix(end.size());
  }
  const bool is_kontext = model.find(kKontext) != model.npos;
  return std::string(model).append(is_kontext ? "" : "/edit");
}

void write_pictures(json::Writer& json, const ImageJob& job) {
  if (job.model.find(kKontext) != job.model.npos) {
    return write_first_reference(json, job, "image_url", ReferenceForm::data_url);
  }
  write_references(json, job, "image_urls", ReferenceForm::data_url);
  write_mask(json, job, "mask_url", ReferenceForm::data_url);
}

void write_members(json::Writer& json, const ImageJob& job) {
  write_size(json, job);
  write_finish(json, job, kFinishes);
  write_pictures(json, job);
}

constexpr JsonShape kShape = {.write_members = write_members, .model = "", .seed = "seed"};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  if (job.references.empty()) return json_request(kShape, job, provider);
  return post_json(model_url(provider.url, editing_model(job.model)), json_body(kShape, job));
}

/// Its marks for pictures that it has blackened; missing where the model makes none.
json::Value marks_in(json::Value root) {
  const json::Value marks = root["has_nsfw_concepts"];
  return marks.absent() ? root["nsfw_content_detected"] : marks;
}

/// The address of the result of a job whose state was asked for.
std::string response_url(json::Value root, std::string_view asked_url) {
  const std::string_view told = root["response_url"].string_or_empty();
  if (!told.empty()) return std::string(told);
  constexpr std::string_view kStatus = "/status";
  if (asked_url.ends_with(kStatus)) asked_url.remove_suffix(kStatus.size());
  return std::string(asked_url);
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view status = root["status"].string_or_empty();
  if (status == "COMPLETED" && !root["error"].absent()) {
    return failed(root["error_type"].string_or_empty(), root["error"].string_or_empty());
  }
  if (status == "COMPLETED") {
    return Step(Later{.state = JobState::ready, .ask = get(response_url(root, answer.asked_url))});
  }
  if (status == "IN_QUEUE" || status == "IN_PROGRESS") {
    Later later{.state = status == "IN_QUEUE" ? JobState::queued : JobState::drawing};
    const std::string_view status_url = root["status_url"].string_or_empty();
    const std::string_view cancel_url = root["cancel_url"].string_or_empty();
    if (!status_url.empty()) later.ask = get(status_url);
    if (!cancel_url.empty()) later.cancel = request_to(Method::put, cancel_url);
    return Step(std::move(later));
  }
  const json::Value marks = marks_in(root);
  if (marks.first().boolean().value_or(false)) return refused_picture("nsfw");
  const bool is_empty = root["images"].is_array() && root["images"].item_count() == 0;
  if (is_empty && marks.absent()) return refused_picture("no picture");
  return find_picture(answer);
}

}  // namespace

constinit const Dialect fal = {
    .name = "fal",
    .hosts = "queue.fal.run fal.run",
    .base = "https://queue.fal.run",
    .path = "",
    .key = {.prefix = "Key "},
    .domain = "fal.run",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
