#include "provider/dialect.h"

#include <cstdlib>

#include "base/ascii.h"
#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// SiliconFlow's own default; FLUX models are good at it.
constexpr int kInferenceStepCount = 20;

std::string size_text(ImageSize size) {
  return std::to_string(size.width_px) + "x" + std::to_string(size.height_px);
}

/// The shape of OpenAI's fixed sizes that is nearest to the asked one: square, or wide, or tall.
std::string_view nearest_shape(ImageSize size, std::string_view square, std::string_view wide,
                               std::string_view tall) {
  // Between square and 3:2 the border is at 5:4.
  if (size.width_px * 4 >= size.height_px * 5) return wide;
  if (size.height_px * 4 >= size.width_px * 5) return tall;
  return square;
}

/// OpenAI's own models know few sizes; servers that only speak its dialect take any.
/// Source: platform.openai.com/docs/api-reference/images/create
std::string openai_size(std::string_view model, ImageSize size) {
  if (starts_with_ignoring_case(model, "gpt-image-1")) {
    return std::string(nearest_shape(size, "1024x1024", "1536x1024", "1024x1536"));
  }
  if (model == "dall-e-3") {
    return std::string(nearest_shape(size, "1024x1024", "1792x1024", "1024x1792"));
  }
  if (model == "dall-e-2") return "1024x1024";
  return size_text(size);
}

std::string siliconflow_body(const ImageJob& job) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("model").string(job.model);
  json.key("prompt").string(job.prompt);
  json.key("image_size").string(size_text(job.size));
  json.key("num_inference_steps").number(kInferenceStepCount);
  if (job.seed) json.key("seed").number(*job.seed);
  if (!job.negative_prompt.empty()) json.key("negative_prompt").string(job.negative_prompt);
  json.end_object();
  return body;
}

/// The prompt for a backend that has no field for what must not be in the picture.
std::string whole_prompt(const ImageJob& job) {
  std::string prompt(job.prompt);
  if (job.negative_prompt.empty()) return prompt;
  return prompt.append(prompt.ends_with('.') ? " Avoid: " : ". Avoid: ")
      .append(job.negative_prompt);
}

std::string openai_body(const ImageJob& job) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("model").string(job.model);
  json.key("prompt").string(whole_prompt(job));
  json.key("n").number(1);
  json.key("size").string(openai_size(job.model, job.size));
  json.end_object();
  return body;
}

/// "data:image/png;base64," has 22 bytes; parameters make it longer.
constexpr std::size_t kMaxDataUrlHeadBytes = 256;

/// Some backends break their base64 into lines (RFC 2045).
std::string without_white_space(std::string_view text) {
  std::string dense;
  dense.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) dense += c;
  }
  return dense;
}

Error no_image(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The image backend's answer holds no picture.",
               std::move(detail));
}

/// Of an item of a list, which may be the text itself; "" when it has none.
std::string_view picture_in(json::Value item) {
  for (const json::Value candidate : {item["url"], item["b64_json"], item}) {
    const std::string_view text = candidate.string_or_empty();
    if (!text.empty()) return text;
  }
  return {};
}

/// The first picture of the answer, wherever backends put it; "" when there is none.
std::string_view find_picture(json::Value root) {
  for (const json::Value list : {root["images"], root["data"], root["output"]}) {
    for (const json::Value item : list.items()) {
      const std::string_view text = picture_in(item);
      if (!text.empty()) return text;
    }
  }
  return root["image"].string_or_empty();
}

/// `{"error": ...}`, or SiliconFlow's `{"code": 20015, "message": ...}`.
bool is_error_answer(json::Value root) {
  return !root["error"].absent() || (!root["code"].absent() && !root["message"].absent());
}

}  // namespace

Request image_request(const ProviderSettings& provider, const ImageJob& job, std::string_view key) {
  Request request;
  request.method = Method::post;
  request.url = provider.url;
  request.headers.append("authorization", "Bearer " + std::string(key))
      .append("content-type", "application/json")
      .append("accept", "application/json");
  request.body = provider.dialect == Dialect::openai ? openai_body(job) : siliconflow_body(job);
  return request;
}

Result<BackendImage> read_image_answer(std::string_view body) {
  if (trim(body).empty()) return no_image("img_no_url");
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return no_image("img_bad_json");
  const std::string_view picture = find_picture(document->root());
  if (picture.empty()) {
    if (is_error_answer(document->root())) {
      return Error(ErrorCode::upstream_error, "The image backend reported an error.",
                   "img_error_in_200");
    }
    return no_image("img_no_url");
  }
  BackendImage image;
  if (starts_with_ignoring_case(picture, "data:")) {
    constexpr std::string_view kMarker = ";base64,";
    const std::size_t marker = find_ignoring_case(picture.substr(0, kMaxDataUrlHeadBytes), kMarker);
    if (marker == std::string_view::npos) return no_image("img_no_url");
    image.base64 = without_white_space(picture.substr(marker + kMarker.size()));
  } else if (picture.find(':') != std::string_view::npos) {  // No base64 holds a colon.
    image.url = picture;
  } else {
    image.base64 = without_white_space(picture);
  }
  return image;
}

}  // namespace fluxgate
