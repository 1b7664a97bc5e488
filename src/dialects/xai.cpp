// xai: docs.x.ai/developers/model-capabilities/images/generation. It takes a ratio and one of two
// resolutions, and refuses members that it does not know.
//
//   model  grok-imagine-image
//   keys   console.x.ai
//   sizes  the ratios 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 2:1, 1:2, 19.5:9, 9:19.5, 20:9, 9:20 in
//          1K, 2K
//   cost   told by its answers
//   links  not said
#include "dialects/dialects.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios =
    "1:1 16:9 9:16 4:3 3:4 3:2 2:3 2:1 1:2 19.5:9 9:19.5 20:9 9:20";

constexpr ModelSizes kSizes[] = {
    {"", {.ratios = kRatios, .tiers = "1024x1024 2048x2048"}},
};

constexpr ModelReferences kReferences[] = {
    {"", 3},
};

void write_picture(json::Writer& json, const ImageJob& job, std::size_t index) {
  json.begin_object().key("type").string("image_url").key("url");
  write_reference(json, job, index, ReferenceForm::data_url);
  json.end_object();
}

void write_pictures(json::Writer& json, const ImageJob& job) {
  if (job.references.empty()) return;
  if (job.references.size() == 1) return write_picture(json.key("image"), job, 0);
  json.key("images").begin_array();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    write_picture(json, job, index);
  }
  json.end_array();
}

constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          write_ratio(json, job, kRatios);
          json.key("resolution").string(resolution_of(job.size) > 1 ? "2k" : "1k");
          if (job.form == WantedForm::base64) json.key("response_format").string("b64_json");
          write_pictures(json, job);
        },
    .constants = R"("n":1)",
};

/// A refusal comes under a good status, with a mark or with no picture at all.
Result<Step> read(const BackendAnswer& answer) {
  Result<Step> step = find_picture(answer);
  if (step || step.error().detail != "img_no_url") return step;
  if (!answer.root["data"].is_array()) return step;
  return refused_picture("moderation");
}

/// An edit has an address of its own.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  Request request = json_request(kShape, job, provider);
  if (!job.references.empty()) {
    request.url = with_path_part(request.url, "/generations", "/edits");
  }
  return request;
}

}  // namespace

constinit const Dialect xai = {
    .name = "xai",
    .hosts = "api.x.ai",
    .base = "https://api.x.ai/v1",
    .sizes = kSizes,
    .references = kReferences,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
