// runware: runware.ai/docs. A call is a list of tasks; one task draws one picture.
//
//   model  runware:100@1
//   keys   my.runware.ai/keys
//   sizes  any, of 128 to 2048 pixels a side, in steps of 64
//   cost   told by its answers
//   links  not said
#include <algorithm>

#include "base/ascii.h"
#include "base/sha256.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kFlux2 = "runware:400@";

constexpr ModelSizes kSizes[] = {
    {kFlux2, {.step_px = 16, .min_side_px = 512, .max_side_px = 2048}},
    {"", {.step_px = 64, .min_side_px = 128, .max_side_px = 2048}},
};

constexpr ModelFinish kFinishes[] = {
    {"", {.formats = "PNG JPG WEBP"}},
};

constexpr ModelReferences kReferences[] = {
    {kFlux2, 4},
};

/// A UUID of version 4 that names the task: a name that it has seen before is refused.
std::string uuid_of(const ImageJob& job) {
  std::string text(job.request_id);
  text.append("\n").append(std::to_string(job.place)).append("\n");
  text += std::to_string(job.attempt);
  Sha256Digest digest = sha256(text);
  digest[6] = static_cast<std::uint8_t>(0x40 | (digest[6] & 0x0F));
  digest[8] = static_cast<std::uint8_t>(0x80 | (digest[8] & 0x3F));
  constexpr std::size_t kUuidBytes = 16;
  std::string uuid = hex(std::span(digest).first(kUuidBytes));
  for (const std::size_t at : {20, 16, 12, 8}) uuid.insert(at, 1, '-');
  return uuid;
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool has_negative =
      !job.negative_prompt.empty() && takes_negative_prompt(runware, job.model);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("taskType").string("imageInference").key("taskUUID").string(uuid_of(job));
  json.key("model").string(job.model).key("positivePrompt");
  json.string(has_negative ? std::string(job.prompt) : whole_prompt(job));
  if (has_negative) json.key("negativePrompt").string(job.negative_prompt);
  write_sides(json, job);
  json.key("numberResults").number(1).key("includeCost").boolean(true);
  json.key("outputType").string(job.form == WantedForm::base64 ? "base64Data" : "URL");
  if (!job.references.empty()) {
    json.key("inputs").begin_object();
    write_references(json, job, "referenceImages", ReferenceForm::data_url);
    json.end_object();
  }
  const std::string_view format = format_word(kFinishes[0].rules, job.finish.format);
  if (!format.empty()) json.key("outputFormat").string(format);
  if (job.seed) json.key("seed").number(std::max(*job.seed, 1u));  // It knows no seed 0.
  json.end_object();
  return post_json(provider.url, std::move(body));
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const json::Value made = root["data"].first();
  if (made["NSFWContent"].boolean().value_or(false)) return refused_picture("nsfw");
  for (const char* name : {"imageURL", "imageBase64Data", "imageDataURI"}) {
    const std::string_view text = made[name].string_or_empty();
    if (!text.empty()) return with_cost(picture_from(text), made["cost"]);
  }
  const json::Value error = root["errors"].first();
  if (error.is_object()) {
    return failed(error["code"].string_or_empty(), error["message"].string_or_empty());
  }
  return find_picture(answer);
}

}  // namespace

constinit const Dialect runware = {
    .name = "runware",
    .hosts = "api.runware.ai",
    .base = "https://api.runware.ai/v1",
    .path = "",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .negative_prompt_models = "runware:1 civitai:",
    .is_in_list = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
