// novita: novita.ai/docs/api-reference. Checkpoints share one address, newer models have one each.
// A picture is ordered, and asked for as a task.
//
//   model  flux-2-dev
//   keys   novita.ai/settings/key-management
//   sizes  any, of 256 to 1536 pixels a side
//   links  an hour
#include "base/percent.h"
#include "base/utf8.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kCheckpoint = ".safetensors";

constexpr ModelSizes kSizes[] = {
    {kCheckpoint, {.step_px = 8, .min_side_px = 128, .max_side_px = 2048}},
    {"", {.min_side_px = 256, .max_side_px = 1536}},
};

/// Most characters of a prompt for a checkpoint.
constexpr std::size_t kMaxPromptCharacters = 1024;

// Source: novita.ai/docs/api-reference/model-apis-flux-2-dev, -image-to-image, -qwen-image-edit
constexpr ModelReferences kReferences[] = {
    {kCheckpoint, 1},
    {"flux-2", 3},
    {"qwen-image", 1},
};

/// What a checkpoint must be told, in values that suit most. They can be set by IMAGE_GEN_EXTRA:
/// {"request":{...}}.
constexpr std::string_view kSampling =
    R"("image_num":1,"steps":20,"guidance_scale":7,"sampler_name":"Euler a")";

/// How far a picture may be from the one that a checkpoint goes by: 0 is that one, 1 any other.
constexpr std::string_view kStrength = R"("strength":0.7)";

void write_checkpoint(json::Writer& json, const ImageJob& job) {
  json.begin_object().key("request").begin_object().key("model_name").string(job.model);
  json.key("prompt").string(code_point_prefix(job.prompt, kMaxPromptCharacters));
  if (!job.negative_prompt.empty()) json.key("negative_prompt").string(job.negative_prompt);
  write_sides(json, job);
  json.raw(kSampling);
  write_first_reference(json, job, "image_base64", ReferenceForm::base64);
  if (!job.references.empty()) json.raw(kStrength);
  if (job.seed) json.key("seed").number(*job.seed % kSeedLimit);
  json.end_object().end_object();
}

/// Qwen changes one picture, and keeps its size.
bool is_qwen(std::string_view model) {
  return model.starts_with("qwen-image");
}

void write_newer(json::Writer& json, const ImageJob& job) {
  json.begin_object().key("prompt").string(whole_prompt(job));
  if (!job.references.empty() && is_qwen(job.model)) {
    write_first_reference(json, job, "image", ReferenceForm::data_url);
  } else {
    json.key("size").string(starred(job.size));
    write_references(json, job, "images", ReferenceForm::data_url);
  }
  if (job.seed) json.key("seed").number(*job.seed % kSeedLimit);
  json.end_object();
}

/// The end of the address; some change pictures at another than they draw at.
std::string name_of_call(const ImageJob& job, bool is_checkpoint) {
  if (job.references.empty()) return std::string(is_checkpoint ? "txt2img" : job.model);
  return is_checkpoint ? "img2img" : with_path_part(job.model, "txt2img", "edit");
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool is_checkpoint = job.model.find(kCheckpoint) != job.model.npos;
  std::string body;
  json::Writer json(body);
  if (is_checkpoint) {
    write_checkpoint(json, job);
  } else {
    write_newer(json, job);
  }
  return post_json(model_url(model_url(provider.url, "async"), name_of_call(job, is_checkpoint)),
                   std::move(body));
}

constexpr std::string_view kFolder = "/async/";

Request ask_for(std::string_view task, std::string_view asked_url) {
  const std::size_t at = asked_url.rfind(kFolder);
  std::string url(asked_url.substr(0, at == asked_url.npos ? at : at + kFolder.size()));
  return get(url.append("task-result?task_id=").append(percent_encode(task)));
}

/// How far the task is, or what it came to.
Result<Step> read_task(json::Value root, std::string_view status) {
  const json::Value task = root["task"];
  if (status == "TASK_STATUS_FAILED") {
    const std::string_view reason = task["reason"].string_or_empty();
    // ILLEGAL_PROMPT, ILLEGAL_IMAGE_CONTENT
    return failed("", reason, reason.starts_with("ILLEGAL_") ? 451 : 0);
  }
  if (status == "TASK_STATUS_SUCCEED") {
    if (root["extra"]["has_nsfw_contents"].first().boolean().value_or(false)) {
      return refused_picture("nsfw");
    }
    return picture_from(root["images"].first()["image_url"].string_or_empty());
  }
  Later later{.state = JobState::queued};
  if (status == "TASK_STATUS_PROCESSING") {
    const std::int64_t percent = task["progress_percent"].integer().value_or(0);
    later.state = JobState::drawing;
    if (percent > 0 && percent <= 100) later.percent = static_cast<std::uint32_t>(percent);
  }
  return Step(std::move(later));
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view status = root["task"]["status"].string_or_empty();
  if (!status.empty()) return read_task(root, status);
  const std::string_view task = root["task_id"].string_or_empty();
  if (task.empty()) return find_picture(answer);
  return Step(Later{.ask = ask_for(task, answer.asked_url)});
}

}  // namespace

constinit const Dialect novita = {
    .name = "novita",
    .hosts = "api.novita.ai",
    .base = "https://api.novita.ai/v3",
    .path = "",
    .call_paths = "/async/",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .negative_prompt_models = ".safetensors",
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
