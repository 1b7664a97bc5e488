// gemini: ai.google.dev/gemini-api/docs/image-generation. The model stands in the path, the picture
// among the parts of an answer.
//
//   model  gemini-2.5-flash-image
//   keys   aistudio.google.com/apikey
//   sizes  the ratios 1:1, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9, 21:9 in 1K
//   links  none, for pictures come in the answer
#include <utility>

#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9";
constexpr std::string_view kLongRatios =
    "1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9 1:4 4:1 1:8 8:1";
constexpr std::string_view kTiers = "1024x1024 2048x2048 4096x4096";

constexpr ModelSizes kSizes[] = {
    {"gemini-2", {.ratios = kRatios, .tiers = "1024x1024"}},
    {"gemini-3.1-flash", {.ratios = kLongRatios, .tiers = kTiers}},
    {"", {.ratios = kRatios, .tiers = kTiers}},
};

constexpr ModelReferences kReferences[] = {
    {"gemini-2", 3},
    {"", 14},
};

std::string address_of(std::string_view model, std::string_view base) {
  if (model.starts_with("models/")) model.remove_prefix(7);  // As lists have it.
  return model_url(base, std::string("models/").append(model).append(":generateContent"));
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const SizeRules rules = size_rules(kSizes, job.model);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("contents").begin_array().begin_object();
  json.key("role").string("user").key("parts").begin_array().begin_object();
  json.key("text").string(whole_prompt(job)).end_object();
  for (std::size_t index = 0; index < job.references.size(); ++index) {
    json.begin_object().key("inline_data").begin_object().key("mime_type");
    json.string(mime_type(job.references[index].type)).key("data");
    write_reference(json, job, index, ReferenceForm::base64);
    json.end_object().end_object();
  }
  json.end_array().end_object().end_array();
  json.key("generationConfig").begin_object();
  json.key("responseModalities").begin_array().string("IMAGE").end_array();
  json.key("imageConfig").begin_object();
  json.key("aspectRatio").string(nearest_ratio(wish_for(job.size), rules.ratios));
  const int resolution = resolution_of(job.size);
  if (resolution > 1) json.key("imageSize").string(resolution == 2 ? "2K" : "4K");
  json.end_object().end_object().end_object();
  return post_json(address_of(job.model, provider.url), std::move(body));
}

/// The name of a reason that says more than that no picture came; empty for others, and for what
/// is no name.
std::string_view refusal_in(std::string_view reason) {
  if (reason.size() > 40) return {};
  for (const char c : reason) {
    if (c != '_' && (c < 'A' || c > 'Z')) return {};
  }
  for (const std::string_view known :
       {"SAFETY", "PROHIBITED", "BLOCKLIST", "RECITATION", "SPII", "BLOCKED", "OTHER"}) {
    if (reason.find(known) != reason.npos) return reason;
  }
  return {};
}

/// Refusals come under a good status.
Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  std::string_view reason = root["promptFeedback"]["blockReason"].string_or_empty();
  for (const json::Value candidate : root["candidates"].items()) {
    for (const json::Value part : candidate["content"]["parts"].items()) {
      if (part["thought"].boolean().value_or(false)) continue;
      for (const char* name : {"inlineData", "inline_data"}) {
        const std::string_view data = part[name]["data"].string_or_empty();
        if (!data.empty()) return picture_from(data);
      }
    }
    if (reason.empty()) reason = candidate["finishReason"].string_or_empty();
  }
  const std::string_view refusal = refusal_in(reason);
  return refusal.empty() ? no_picture("img_no_url") : refused_picture(refusal);
}

}  // namespace

constinit const Dialect gemini = {
    .name = "gemini",
    .hosts = "generativelanguage.googleapis.com",
    .base = "https://generativelanguage.googleapis.com/v1beta",
    .path = "",
    .call_paths = "/models/",
    .key = {.name = "x-goog-api-key", .prefix = ""},
    .list_path = "/models",
    .sizes = kSizes,
    .references = kReferences,
    .sends_drafts = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
