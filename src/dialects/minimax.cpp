// minimax: platform.minimax.io/docs/api-reference/image-generation-t2i and -i2i. Every error comes
// under status 200, with a number. A picture to go by shows the person to draw.
//
//   model  image-01
//   keys   platform.minimax.io/user-center/basic-information/interface-key, in China
//          platform.minimaxi.com
//   sizes  any, of 512 to 2048 pixels a side, in steps of 8
//   links  a day
#include "base/utf8.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

/// Of image-01-live, which takes no pixels.
constexpr SizeRules kRatios{.ratios = "1:1 16:9 4:3 3:2 2:3 3:4 9:16", .tiers = "1024x1024"};

constexpr ModelSizes kSizes[] = {
    {"live", kRatios},
    {"", {.step_px = 8, .min_side_px = 512, .max_side_px = 2048}},
};

/// It takes pictures of less than 10 MB. Source: the second page.
constexpr std::uint64_t kMaxSubjectBytes = 9'999'999;

constexpr ModelReferences kReferences[] = {
    {"", 1, false, kMaxSubjectBytes},
};

/// Most characters of a prompt.
constexpr std::size_t kMaxPromptCharacters = 1500;

void write_members(json::Writer& json, const ImageJob& job) {
  const SizeRules rules = size_rules(kSizes, job.model);
  if (rules.ratios.empty()) {
    write_sides(json, job);
  } else {
    write_ratio(json, job, rules.ratios);
  }
  json.key("response_format").string(job.form == WantedForm::base64 ? "base64" : "url");
  if (job.references.empty()) return;
  json.key("subject_reference").begin_array().begin_object().key("type").string("character");
  write_first_reference(json, job, "image_file", ReferenceForm::data_url);
  json.end_object().end_array();
}

constexpr JsonShape kShape = {
    .write_members = write_members, .seed = "seed", .constants = R"("n":1)"};

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const std::string prompt = whole_prompt(job);
  ImageJob cut = job;
  cut.prompt = code_point_prefix(prompt, kMaxPromptCharacters);
  cut.negative_prompt = {};
  return json_request(kShape, cut, provider);
}

/// The HTTP status that means the same. Source: platform.minimax.io/docs/api-reference/errorcode
int status_of(std::int64_t code) {
  switch (code) {
    case 1004:
    case 2049: return 401;
    case 1008:  // The balance is used up.
    case 2056:  // The plan is.
      return 402;
    case 2061: return 404;  // The plan does not have the model.
    case 1002:
    case 1039:
    case 1041:
    case 2045: return 429;
    case 1026:
    case 1027: return 451;
    case 1000:
    case 1024:
    case 1033: return 500;
    case 1001: return 504;
    default: return 400;
  }
}

/// The number of pictures that the filter has taken out, as a number or as a text: is there one?
bool has_lost_pictures(json::Value count) {
  const std::string_view text = count.string_or_empty();
  return count.integer().value_or(0) > 0 || (!text.empty() && text != "0");
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const json::Value outcome = root["base_resp"];
  const std::int64_t code = outcome["status_code"].integer().value_or(0);
  if (code != 0) {
    return failed(std::to_string(code), outcome["status_msg"].string_or_empty(), status_of(code));
  }
  for (const char* name : {"image_urls", "image_base64"}) {
    const std::string_view text = root["data"][name].first().string_or_empty();
    if (!text.empty()) return picture_from(text);
  }
  if (has_lost_pictures(root["metadata"]["failed_count"])) return refused_picture("moderation");
  return find_picture(answer);
}

}  // namespace

constinit const Dialect minimax = {
    .name = "minimax",
    .hosts = "api.minimax.io api.minimaxi.com",
    .base = "https://api.minimax.io/v1",
    .path = "/image_generation",
    .sizes = kSizes,
    .references = kReferences,
    .takes_seed = true,
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
