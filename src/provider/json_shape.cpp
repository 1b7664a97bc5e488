#include "provider/json_shape.h"

#include <utility>

namespace fluxgate {
namespace {

std::string write_body(const JsonShape& shape, const ImageJob& job) {
  std::string body;
  json::Writer json(body);
  json.begin_object().key("model").string(job.model).key("prompt");
  if (shape.negative_prompt.empty()) {
    json.string(whole_prompt(job));
  } else {
    json.string(job.prompt);
  }
  if (!shape.constants.empty()) json.raw(shape.constants);
  shape.write_members(json, job);
  if (job.seed && !shape.seed.empty()) json.key(shape.seed).number(*job.seed);
  if (!job.negative_prompt.empty() && !shape.negative_prompt.empty()) {
    json.key(shape.negative_prompt).string(job.negative_prompt);
  }
  json.end_object();
  return body;
}

}  // namespace

std::string whole_prompt(const ImageJob& job) {
  std::string prompt(job.prompt);
  if (job.negative_prompt.empty()) return prompt;
  return prompt.append(prompt.ends_with('.') ? " Avoid: " : ". Avoid: ")
      .append(job.negative_prompt);
}

Request post_json(std::string url, std::string body) {
  Request request;
  request.method = Method::post;
  request.url = std::move(url);
  request.headers.append("content-type", "application/json").append("accept", "application/json");
  request.body = std::move(body);
  return request;
}

Request json_request(const JsonShape& shape, const ImageJob& job,
                     const ProviderSettings& provider) {
  return post_json(provider.url, write_body(shape, job));
}

}  // namespace fluxgate
