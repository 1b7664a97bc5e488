#include "provider/json_shape.h"

#include <utility>

#include "http/url.h"

namespace fluxgate {
std::string json_body(const JsonShape& shape, const ImageJob& job) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  if (!shape.model.empty()) json.key(shape.model).string(job.model);
  json.key("prompt");
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

void write_sides(json::Writer& json, const ImageJob& job) {
  json.key("width").number(job.size.width_px).key("height").number(job.size.height_px);
}

void write_ratio(json::Writer& json, const ImageJob& job, std::string_view ratios) {
  json.key("aspect_ratio").string(nearest_ratio(wish_for(job.size), ratios));
}

void write_resolution(json::Writer& json, const ImageJob& job, char letter) {
  const int resolution = resolution_of(job.size);
  if (resolution > 1) json.key("resolution").string(std::to_string(resolution) + letter);
}

void write_finish(json::Writer& json, const ImageJob& job, std::span<const ModelFinish> finishes) {
  if (job.finish == Finish()) return;
  const FinishRules rules = finish_rules(finishes, job.model);
  const auto write = [&](std::string_view name, std::string_view word) {
    if (!word.empty()) json.key(name).string(word);
  };
  write("quality", quality_word(rules, job.finish.quality));
  write("output_format", format_word(rules, job.finish.format));
  write("background", background_word(rules, job.finish.background));
}

std::string whole_prompt(const ImageJob& job) {
  std::string prompt(job.prompt);
  if (job.negative_prompt.empty()) return prompt;
  return prompt.append(prompt.ends_with('.') ? " Avoid: " : ". Avoid: ")
      .append(job.negative_prompt);
}

void write_prompts(json::Writer& json, const ImageJob& job, bool takes_negative) {
  json.key("prompt").string(takes_negative ? std::string(job.prompt) : whole_prompt(job));
  if (takes_negative && !job.negative_prompt.empty()) {
    json.key("negative_prompt").string(job.negative_prompt);
  }
}

std::string model_url(std::string_view url, std::string_view model) {
  const UrlParts parts = split_url(url);
  std::string_view path = parts.path;
  while (path.ends_with('/')) path.remove_suffix(1);
  std::string whole(parts.origin);
  whole += path;
  if (!path.ends_with(std::string("/").append(model))) whole.append("/").append(model);
  if (!parts.query.empty()) whole.append("?").append(parts.query);
  return whole;
}

std::string with_path_part(std::string_view url, std::string_view what, std::string_view with) {
  std::string whole(url);
  const std::size_t at = whole.substr(0, whole.find('?')).rfind(what);
  if (at != whole.npos) whole.replace(at, what.size(), with);
  return whole;
}

Request request_to(Method method, std::string_view url) {
  Request request;
  request.method = method;
  request.url = url;
  request.headers.append("accept", "application/json");
  return request;
}

Request post_json(std::string url, std::string body) {
  Request request;
  request.method = Method::post;
  request.url = std::move(url);
  request.headers.append("content-type", "application/json").append("accept", "application/json");
  request.body = std::move(body);
  return request;
}

void turn_into_list(Request& request) {
  request.body.insert(0, 1, '[').push_back(']');
}

Request json_request(const JsonShape& shape, const ImageJob& job,
                     const ProviderSettings& provider) {
  return post_json(shape.model.empty() ? model_url(provider.url, job.model) : provider.url,
                   json_body(shape, job));
}

}  // namespace fluxgate
