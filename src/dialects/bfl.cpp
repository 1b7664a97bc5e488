// bfl: docs.bfl.ai: Black Forest Labs. The model stands in the path. A picture is ordered, and
// asked for at the address that the answer names.
//
//   model  flux-2-pro
//   keys   dashboard.bfl.ai
//   sizes  any, of 64 to 4096 pixels a side, in steps of 16, 4194304 pixels at most
//   cost   told by its answers
//   links  ten minutes
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kFlux3 = "flux-3";
constexpr std::string_view kFlux3Ratios =
    "1:1 21:9 2:1 16:9 3:2 7:5 4:3 5:4 9:21 1:2 9:16 2:3 5:7 3:4 4:5";
constexpr SizeRules kRatios{.ratios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4 2:1 1:2 21:9 9:21",
                            .tiers = "1024x1024"};

constexpr ModelSizes kSizes[] = {
    {kFlux3, {.ratios = kFlux3Ratios, .tiers = "1024x1024 2048x2048 4096x4096"}},
    {"kontext", kRatios},
    {"ultra", kRatios},
    {"flux-2", {.step_px = 16, .max_pixels = 2048 * 2048}},
    {"", {.step_px = 32, .min_side_px = 256, .max_side_px = 1440}},
};

constexpr ModelFinish kFinishes[] = {
    {"flux-2", {.formats = "png jpeg"}},
    {"kontext", {.formats = "png jpeg"}},
    {"flux-pro", {.formats = "png jpeg"}},
    {"flux-dev", {.formats = "png jpeg"}},
};

constexpr ModelReferences kReferences[] = {
    {kFlux3, 10},
    {"klein", 4},
    {"flux-2", 8},
    {"kontext", 4},
};

// FLUX 3 refuses members that it does not know.
void write_members(json::Writer& json, const ImageJob& job) {
  const SizeRules rules = size_rules(kSizes, job.model);
  if (rules.ratios.empty()) {
    write_sides(json, job);
  } else {
    write_ratio(json, job, rules.ratios);
  }
  write_finish(json, job, kFinishes);
  if (job.model.starts_with(kFlux3)) {
    write_references(json, job, "images", ReferenceForm::base64);
    json.key("resolution").string(std::to_string(resolution_of(job.size)) + "k");
    return;
  }
  write_numbered_references(json, job, "input_image", "_", ReferenceForm::base64);
  if (job.seed) json.key("seed").number(*job.seed);
}

constexpr JsonShape kShape = {.write_members = write_members, .model = ""};

constexpr std::int64_t kCreditsInDollar = 100;

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view polling_url = root["polling_url"].string_or_empty();
  if (!polling_url.empty()) {
    Later later{.ask = get(polling_url)};
    if (const Cost credits = root["cost"].billionths()) later.cost = *credits / kCreditsInDollar;
    return Step(std::move(later));
  }
  const std::string_view status = root["status"].string_or_empty();
  if (status == "Pending") return ask_again(JobState::queued);
  if (status == "Reasoning" || status == "Generating") {
    return ask_again(JobState::drawing);
  }
  if (status.ends_with("Moderated")) return refused_picture(status);
  // Its servers do not all know of a new job at once.
  if (status == "Task not found") return no_picture("img_ask_again");
  if (status == "Ready") return picture_from(root["result"]["sample"].string_or_empty());
  if (status.empty()) return find_picture(answer);
  Failed failed{std::string(status), {}};
  for (const char* name : {"error", "details", "result"}) {
    if (failed.message.empty()) failed.message = root[name].string_or_empty();
  }
  return Step(std::move(failed));
}

}  // namespace

constinit const Dialect bfl = {
    .name = "bfl",
    .hosts = "api.bfl.ai api.eu.bfl.ai api.us.bfl.ai",
    .base = "https://api.bfl.ai/v1",
    .path = "",
    .key = {.name = "x-key", .prefix = ""},
    .domain = "bfl.ai",
    .list_path = "/credits",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .seedless_models = kFlux3,
    .ask = ask_json<kShape>,
    .read = read,
};

}  // namespace fluxgate::dialects
