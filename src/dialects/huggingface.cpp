// huggingface: huggingface.co/docs/inference-providers/tasks/text-to-image: its own provider,
// hf-inference. The model stands in the path, and the answer is the picture's file.
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

/// It refuses to answer in JSON.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  Request request;
  request.method = Method::post;
  request.url = model_url(provider.url, job.model);
  request.headers.append("content-type", "application/json").append("accept", "image/png");
  json::Writer json(request.body);
  json.begin_object().key("inputs").string(job.prompt).key("parameters").begin_object();
  write_sides(json, job);
  if (job.seed) json.key("seed").number(*job.seed);
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
    .takes_seed = true,
    .takes_negative_prompt = true,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
