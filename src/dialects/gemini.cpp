// gemini: ai.google.dev/gemini-api/docs/image-generation. The model stands in the path, the picture
// among the parts of an answer.
//
//   model  gemini-2.5-flash-image
//   keys   aistudio.google.com/apikey
//   links  none, for pictures come in the answer
#include <utility>

#include "dialects/dialects.h"
#include "http/url.h"
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

std::string call_url(const ImageJob& job, const ProviderSettings& provider) {
  const UrlParts parts = split_url(provider.url);
  if (parts.path.ends_with(":generateContent")) return provider.url;
  std::string url(parts.origin);
  url.append(parts.path.empty() ? "/v1beta" : parts.path).append("/models/").append(job.model);
  return url.append(":generateContent");
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const SizeRules rules = size_rules(kSizes, job.model);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("contents").begin_array().begin_object();
  json.key("role").string("user").key("parts").begin_array().begin_object();
  json.key("text").string(whole_prompt(job)).end_object().end_array().end_object().end_array();
  json.key("generationConfig").begin_object();
  json.key("responseModalities").begin_array().string("IMAGE").end_array();
  json.key("imageConfig").begin_object();
  json.key("aspectRatio").string(nearest_ratio(wish_for(job.size), rules.ratios));
  const int resolution = resolution_of(job.size);
  if (resolution > 1) json.key("imageSize").string(resolution == 2 ? "2K" : "4K");
  json.end_object().end_object().end_object();
  return post_json(call_url(job, provider), std::move(body));
}

/// Is it a reason for which no picture came that says more than that none came?
bool refuses(std::string_view reason) {
  for (const std::string_view known :
       {"SAFETY", "PROHIBITED", "BLOCKLIST", "RECITATION", "SPII", "BLOCKED"}) {
    if (reason.find(known) != reason.npos) return true;
  }
  return reason == "OTHER";
}

/// Refusals come under a good status.
Result<Step> read(const BackendAnswer& answer) {
  Result<json::Document> document = json::Document::parse(answer.body);
  if (!document) return no_picture("img_bad_json");
  const json::Value root = document->root();
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
  return refuses(reason) ? refused_picture(reason) : no_picture("img_no_url");
}

}  // namespace

constinit const Dialect gemini = {
    .name = "gemini",
    .hosts = "generativelanguage.googleapis.com",
    .base = "https://generativelanguage.googleapis.com/v1beta",
    .path = "",
    .key = {.name = "x-goog-api-key", .prefix = ""},
    .list_path = "/models",
    .sizes = kSizes,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
