// huggingface: huggingface.co/docs/inference-providers/tasks/text-to-image and /image-to-image: its
// own provider, hf-inference. The model stands in the path, and the answer is the picture's file.
//
//   model  black-forest-labs/FLUX.1-schnell
//   keys   huggingface.co/settings/tokens
//   sizes  any, of 64 to 2048 pixels a side, in steps of 8
//   links  none, for pictures come in the answer
#include "dialects/dialects.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr ModelSizes kSizes[] = {{"", {.step_px = 8, .max_side_px = 2048}}};

/// Each model draws either by words or by a picture. These are the names of those that need one.
constexpr std::string_view kEditing = "kontext image-edit pix2pix refiner";
constexpr ModelReferences kReferences[] = {
    {"kontext", 1},
    {"image-edit", 1},
    {"pix2pix", 1},
    {"refiner", 1},
};

void write_words(json::Writer& json, const ImageJob& job) {
  json.key("inputs").string(job.prompt).key("parameters").begin_object();
  write_sides(json, job);
  if (job.seed && takes_seed(huggingface, job.model)) json.key("seed").number(*job.seed);
}

/// The picture stands where the words do else. There is no seed.
void write_picture(json::Writer& json, const ImageJob& job) {
  write_first_reference(json, job, "inputs", ReferenceForm::base64);
  json.key("parameters").begin_object().key("prompt").string(job.prompt);
  write_sides(json.key("target_size").begin_object(), job);
  json.end_object();
}

/// It refuses to answer in JSON.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  Request request;
  request.method = Method::post;
  request.url = model_url(provider.url, job.model);
  request.headers.append("content-type", "application/json").append("accept", "image/png");
  json::Writer json(request.body);
  json.begin_object();
  if (job.references.empty()) {
    write_words(json, job);
  } else {
    write_picture(json, job);
  }
  if (!job.negative_prompt.empty()) json.key("negative_prompt").string(job.negative_prompt);
  json.end_object().end_object();
  return request;
}

}  // namespace

constinit const Dialect huggingface = {
    .name = "huggingface",
    .hosts = "router.huggingface.co",
    .base = "https://router.huggingface.co/hf-inference/models",
    .path = "",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .seedless_models = kEditing,
    .takes_negative_prompt = true,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
