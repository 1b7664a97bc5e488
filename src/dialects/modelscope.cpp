// modelscope: modelscope.cn/docs/model-service/API-Inference. A picture is ordered, and asked for
// as a task.
//
//   model  Qwen/Qwen-Image
//   keys   modelscope.cn/my/myaccesstoken
//   sizes  any, of 64 to 1664 pixels a side
//   links  not said
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelSizes kSizes[] = {
    {"qwen-image", {.max_side_px = 1664}},
    {"flux.1", {.max_side_px = 1024}},
    {"", {.max_side_px = 2048}},
};

constexpr ModelReferences kReferences[] = {
    {"edit-2509", 3},
    {"edit-2511", 3},
    {"edit", 1},
    {"flux.2", 4},
};

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          write_references(json, job, "image_url", ReferenceForm::data_url);
        },
    .seed = "seed",
    .negative_prompt = "negative_prompt",
};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  Request request = json_request(kShape, job, provider);
  request.headers.append("x-modelscope-async-mode", "true");
  return request;
}

constexpr std::string_view kPath = "/images/generations";

Request ask_for(std::string_view task, std::string_view asked_url) {
  std::string url(asked_url);
  const std::size_t at = url.rfind(kPath);
  if (at != url.npos) url.replace(at, kPath.size(), std::string("/tasks/").append(task));
  Request request = get(url);
  request.headers.append("x-modelscope-task-type", "image_generation");
  return request;
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::string_view status = root["task_status"].string_or_empty();
  const std::string_view picture = root["output_images"].first().string_or_empty();
  if (!picture.empty()) return picture_from(picture);
  if (status == "FAILED" || status == "CANCELED") {
    const json::Value errors = root["errors"];
    const auto code = errors["code"].integer();
    return failed(code ? std::to_string(*code) : "", errors["message"].string_or_empty());
  }
  const std::string_view task = root["task_id"].string_or_empty();
  const bool is_order = answer.asked_url.find(kPath) != std::string_view::npos;
  if (task.empty()) return find_picture(answer);
  if (status == "SUCCEED" && !is_order) return no_picture("img_no_url");
  const bool is_drawn = status == "RUNNING" || status == "PROCESSING";
  Later later{.state = is_drawn ? JobState::drawing : JobState::queued};
  if (is_order) later.ask = ask_for(task, answer.asked_url);
  return Step(std::move(later));
}

}  // namespace

constinit const Dialect modelscope = {
    .name = "modelscope",
    .hosts = "api-inference.modelscope.cn",
    .base = "https://api-inference.modelscope.cn/v1",
    .path = kPath,
    .list_path = "/models",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
