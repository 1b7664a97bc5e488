// openai: platform.openai.com/docs/api-reference/images/create. Many servers speak it.
//
//   model  gpt-image-1.5
//   keys   platform.openai.com/api-keys
//   sizes  1024x1024, 1536x1024, 1024x1536
//   links  of gpt-image none, for its pictures come in the answer; of dall-e an hour
#include <utility>

#include "base/ascii.h"
#include "dialects/dialects.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// OpenAI's own models; servers that only speak its dialect take any size.
constexpr SizeRules kThreeSizes{.sizes = "1024x1024 1536x1024 1024x1536"};
constexpr ModelSizes kSizes[] = {
    {"gpt-image-1", kThreeSizes},    // And gpt-image-1-mini, gpt-image-1.5.
    {"chatgpt-image", kThreeSizes},  // The newest of either kind, which takes these.
    {"gpt-image",
     {.step_px = 16,
      .max_side_px = 3840,
      .max_ratio = 3,
      .min_pixels = 655'360,
      .max_pixels = 8'294'400}},
    {"dall-e-3", {.sizes = "1024x1024 1792x1024 1024x1792"}},
    {"dall-e-2", {.sizes = "1024x1024 512x512 256x256"}},
};

constexpr FinishRules kGptImage{"low medium high", "png jpeg webp", "opaque transparent"};
constexpr ModelFinish kFinishes[] = {
    {"gpt-image-2.5", {"low medium high xhigh max", "png jpeg webp", "opaque transparent"}},
    {"gpt-image", kGptImage},
    {"chatgpt-image", kGptImage},
    {"dall-e-3", {.qualities = "standard hd"}},
};

constexpr ModelReferences kReferences[] = {
    {"dall-e", 0},
    {"", kMaxReferences, true},
};

/// Drafts come in a stream of events; the dall-e models have neither.
void write_drafts(json::Writer& json, const ImageJob& job) {
  if (job.draft_count == 0 || job.model.find("gpt-image") == kNowhere) return;
  json.key("stream").boolean(true).key("partial_images").number(job.draft_count);
}

// OpenAI answers 400 to a member that it does not know, and chat programs send a seed with requests
// that have no use for it: there is none for seeds and negative prompts.
constexpr JsonShape kShape = {
    .write_members =
        [](json::Writer& json, const ImageJob& job) {
          json.key("size").string(size_text(job.size));
          write_finish(json, job, kFinishes);
          write_drafts(json, job);
          // The gpt-image models always answer so, and refuse the member.
          if (job.form == WantedForm::base64 && job.model.starts_with("dall-e-")) {
            json.key("response_format").string("b64_json");
          }
        },
    .constants = R"("n":1)",
};

bool is_form(const ImageJob& job) {
  return !job.references.empty();
}

/// An edit has an address of its own. One picture stands in the field that all servers know.
Call ask(const ImageJob& job, const ProviderSettings& provider) {
  if (job.references.empty()) return json_request(kShape, job, provider);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("model").string(job.model).key("prompt").string(whole_prompt(job));
  json.key("n").number(1).key("size").string(size_text(job.size));
  write_finish(json, job, kFinishes);
  write_drafts(json, job);
  write_references(json, job, job.references.size() == 1 ? "image" : "image[]",
                   ReferenceForm::file);
  write_mask(json, job, "mask", ReferenceForm::file);
  json.end_object();
  return post_json(with_path_part(provider.url, "/generations", "/edits"), std::move(body));
}

}  // namespace

constinit const Dialect openai = {
    .name = "openai",
    .hosts = "api.openai.com",
    .base = "https://api.openai.com/v1",
    .list_path = "/models",
    .sizes = kSizes,
    .references = kReferences,
    .finishes = kFinishes,
    .is_form = is_form,
    .ask = ask,
    .read = find_picture,
};

}  // namespace fluxgate::dialects
