// dashscope: help.aliyun.com/zh/model-studio/qwen-image-api: Qwen-Image, Wan 2.6 and later,
// Z-Image. Keys belong to a region.
//
//   model  qwen-image-3.0
//   keys   bailian.console.aliyun.com, abroad modelstudio.console.alibabacloud.com
//   sizes  any, of 64 to 4096 pixels a side, in steps of 16, 262144 pixels at least, 4194304
//          pixels at most
//   links  a day
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// Of Qwen-Image before 2.0.
constexpr SizeRules kFiveSizes{.sizes = "1328x1328 1664x928 1472x1104 1104x1472 928x1664"};

constexpr ModelSizes kSizes[] = {
    {"qwen-image-plus", kFiveSizes},
    {"qwen-image-max", kFiveSizes},
    {"qwen-image-", {.step_px = 16, .min_pixels = 512 * 512, .max_pixels = 2048 * 2048}},
    {"qwen-image", kFiveSizes},
    {"wan", {.step_px = 16, .max_ratio = 4, .min_pixels = 1280 * 1280, .max_pixels = 1440 * 1440}},
    {"", {.step_px = 16, .min_pixels = 512 * 512, .max_pixels = 2048 * 2048}},
};

/// The prompt was written by a language model already, or is to stay as it is.
constexpr ModelReferences kReferences[] = {
    {"qwen-image-edit-", 3},
    {"qwen-image-edit", 1},
    {"qwen-image-2", 10},
    {"qwen-image-3", 3},
};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  std::string body;
  json::Writer json(body);
  json.begin_object().key("model").string(job.model);
  json.key("input").begin_object().key("messages").begin_array().begin_object();
  json.key("role").string("user").key("content").begin_array();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    json.begin_object().key("image");
    write_reference(json, job, index, ReferenceForm::data_url);
    json.end_object();
  }
  json.begin_object().key("text").string(job.prompt).end_object().end_array();
  json.end_object().end_array().end_object();
  json.key("parameters").begin_object();
  if (job.model != "qwen-image-edit") json.key("size").string(starred(job.size));
  json.key("n").number(1);
  json.key("prompt_extend").boolean(false).key("watermark").boolean(false);
  if (job.seed) json.key("seed").number(*job.seed % kSeedLimit);
  if (!job.negative_prompt.empty()) json.key("negative_prompt").string(job.negative_prompt);
  json.end_object().end_object();
  return post_json(provider.url, std::move(body));
}

Result<Step> read(const BackendAnswer& answer) {
  for (const json::Value choice : answer.root["output"]["choices"].items()) {
    for (const json::Value part : choice["message"]["content"].items()) {
      const std::string_view image = part["image"].string_or_empty();
      if (!image.empty()) return picture_from(image);
    }
  }
  return find_picture(answer);
}

}  // namespace

constinit const Dialect dashscope = {
    .name = "dashscope",
    .hosts = "dashscope.aliyuncs.com dashscope-intl.aliyuncs.com dashscope-us.aliyuncs.com",
    .base = "https://dashscope.aliyuncs.com/api/v1",
    .path = "/services/aigc/multimodal-generation/generation",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
