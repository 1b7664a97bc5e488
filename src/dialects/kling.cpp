// kling: app.klingai.com/global/dev/document-api. A key is ACCESS:SECRET, and signs a token for
// each call; a key without a colon is sent as it is. A picture is ordered, and asked for as a task.
//
//   model  kling-v2-1
//   keys   app.klingai.com/global/dev/api-key
//   sizes  the ratios 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 in 1K, 2K
//   links  a month
#include "base/ascii.h"
#include "base/base64.h"
#include "base/sha256.h"
#include "dialects/dialects.h"
#include "json/document.h"
#include "json/writer.h"
#include "provider/find_picture.h"
#include "provider/json_shape.h"

namespace fluxgate::dialects {
namespace {

constexpr std::string_view kRatios = "1:1 16:9 9:16 4:3 3:4 3:2 2:3 21:9";

constexpr ModelSizes kSizes[] = {
    {"v3-omni", {.ratios = kRatios, .tiers = "1024x1024 2048x2048 4096x4096"}},
    {"", {.ratios = kRatios, .tiers = "1024x1024 2048x2048"}},
};

/// How long a token is good, and how far its clock may be ahead of Kling's.
constexpr std::int64_t kTokenLifeS = 1800;
constexpr std::int64_t kClockSlackS = 5;

/// A JSON Web Token, signed with HS256. Source: rfc-editor.org/rfc/rfc7519
std::string token(std::string_view key, UnixMs now_ms) {
  const std::size_t colon = key.find(':');
  if (colon == key.npos) return std::string(key);
  const std::int64_t now_s = now_ms / 1000;
  std::string claims;
  json::Writer(claims)
      .begin_object()
      .key("iss")
      .string(key.substr(0, colon))
      .key("exp")
      .number(now_s + kTokenLifeS)
      .key("nbf")
      .number(now_s - kClockSlackS)
      .end_object();
  std::string text = base64url_encode(R"({"alg":"HS256","typ":"JWT"})");
  text.append(".").append(base64url_encode(claims));
  const Sha256Digest signature = hmac_sha256(key.substr(colon + 1), text);
  return text.append(".").append(base64url_encode(bytes_of(signature)));
}

/// Models with an address of their own.
bool is_omni(std::string_view model) {
  return find_ignoring_case(model, "omni") != kNowhere || model.ends_with("-o1");
}

constexpr ModelReferences kReferences[] = {{"omni", 10}, {"-o1", 10}, {"", 1}};

void write_pictures(json::Writer& json, const ImageJob& job, bool omni) {
  if (omni) {
    return write_reference_objects(json, job, "image_list", "image", ReferenceForm::base64);
  }
  write_first_reference(json, job, "image", ReferenceForm::base64);
  if (job.references.empty() || job.model != "kling-v1-5") return;
  json.key("image_reference").string("subject");
}

Call ask(const ImageJob& job, const ProviderSettings& provider) {
  const bool omni = is_omni(job.model);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("model_name").string(job.model);
  // Beside a picture it takes none.
  const bool takes_negative = job.references.empty() && takes_negative_prompt(kling, job.model);
  write_prompts(json, job, takes_negative);
  write_ratio(json, job, kRatios);
  write_resolution(json, job, 'k');
  write_pictures(json, job, omni);
  json.key("n").number(1).end_object();
  return post_json(
      model_url(model_url(provider.url, "images"), omni ? "omni-image" : "generations"),
      std::move(body));
}

/// The HTTP status that means the same; it comes with it, as a rule. Source: the API's general
/// information, error codes.
int status_of(std::int64_t code) {
  switch (code) {
    case 1101:
    case 1102: return 402;
    case 1103: return 403;
    case 1202:
    case 1203: return 404;
    case 1300:
    case 1301: return 451;
    case 1302:
    case 1303: return 429;
    case 5000: return 500;
    case 5001: return 503;
    case 5002: return 504;
    default: break;
  }
  const bool is_about_account = (code >= 1000 && code <= 1004) || code == 1100 || code == 1304;
  return is_about_account ? 401 : 400;
}

Result<Step> failure_in(json::Value data) {
  const std::string_view words = data["task_status_msg"].string_or_empty();
  const bool is_refusal = find_ignoring_case(words, "risk control") != kNowhere;
  return failed("", words, is_refusal ? 451 : 0);
}

Result<Step> read(const BackendAnswer& answer) {
  const json::Value root = answer.root;
  const std::int64_t code = root["code"].integer().value_or(0);
  if (code != 0) {
    return failed(std::to_string(code), root["message"].string_or_empty(), status_of(code));
  }
  const json::Value data = root["data"];
  const std::string_view status = data["task_status"].string_or_empty();
  if (status == "failed") return failure_in(data);
  if (status == "succeed") {
    return picture_from(data["task_result"]["images"].first()["url"].string_or_empty());
  }
  const std::string_view task = data["task_id"].string_or_empty();
  if (task.empty()) return no_picture("img_no_url");
  return Step(Later{.state = status == "processing" ? JobState::drawing : JobState::queued,
                    .ask = get(model_url(answer.asked_url, task))});
}

}  // namespace

constinit const Dialect kling = {
    .name = "kling",
    .hosts = "api-singapore.klingai.com api-beijing.klingai.com api.klingai.com",
    .base = "https://api-singapore.klingai.com/v1",
    .path = "",
    .call_paths = "/images/",
    .key = {.sign = token},
    .sizes = kSizes,
    .references = kReferences,
    .takes_negative_prompt = true,
    .negative_prompt_models = "kling-v1 kling-v2",
    .ask = ask,
    .read = read,
};

}  // namespace fluxgate::dialects
