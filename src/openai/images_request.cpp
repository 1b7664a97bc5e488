#include "openai/images_request.h"

#include <utility>

#include "json/document.h"
#include "openai/message_pictures.h"
#include "openai/picture_fields.h"
#include "picture/reference.h"

namespace fluxgate {
namespace {

Result<std::string> read_text(json::Value field, std::string_view name) {
  if (!field.absent() && !field.string()) {
    return bad_parameter(name, std::string(name) + " must be a string.");
  }
  return std::string(field.string_or_empty());
}

Result<ImagesForm> read_form(json::Value field) {
  if (field.absent() || field.string() == "b64_json") return ImagesForm::b64_json;
  if (field.string() == "url") return ImagesForm::url;
  return bad_parameter("response_format", "response_format must be url or b64_json.");
}

Result<void> read_pictures(json::Value field, std::string_view name,
                           std::vector<std::string>& pictures) {
  if (field.absent()) return {};
  const auto add = [&](json::Value picture) {
    pictures.emplace_back(picture_source(picture));
    return !pictures.back().empty();
  };
  if (!field.is_array()) {
    if (!add(field)) return no_picture_source(name);
    return {};
  }
  for (const json::Value picture : field.items()) {
    if (pictures.size() > kMaxReferences || !add(picture)) return no_picture_source(name);
  }
  return {};
}

Result<bool> read_stream(json::Value field) {
  if (field.absent()) return false;
  if (!field.boolean()) return bad_parameter("stream", "stream must be true or false.");
  return *field.boolean();
}

Result<std::uint32_t> read_draft_count(json::Value field) {
  const std::int64_t count = field.absent() ? 0 : field.integer().value_or(-1);
  if (count < 0 || count > kMaxDrafts) {
    return bad_parameter("partial_images", "partial_images must be an integer from 0 to 3.");
  }
  return static_cast<std::uint32_t>(count);
}

}  // namespace

Result<ImagesRequest> read_images_request(Bytes& body, std::string_view default_prompt) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return std::move(document).error();
  const json::Value root = document->root();
  if (!root.is_object()) {
    return Error(ErrorCode::invalid_parameters, "The request body must be a JSON object.");
  }
  const bool has_prompt = !root["prompt"].absent() || default_prompt.empty();
  if (has_prompt && !root["prompt"].string()) {
    return bad_parameter("prompt", "prompt must be a string.");
  }
  Result<std::string> model = read_text(root["model"], "model");
  if (!model) return std::move(model).error();
  Result<std::string> size = read_text(root["size"], "size");
  if (!size) return std::move(size).error();
  Result<std::uint32_t> count = read_picture_count(root["n"], kMaxPicturesOfImages);
  if (!count) return std::move(count).error();
  Result<ImagesForm> form = read_form(root["response_format"]);
  if (!form) return std::move(form).error();
  Result<bool> streams = read_stream(root["stream"]);
  if (!streams) return std::move(streams).error();
  Result<std::uint32_t> drafts = read_draft_count(root["partial_images"]);
  if (!drafts) return std::move(drafts).error();

  ImagesRequest request;
  request.prompt = has_prompt ? root["prompt"].string_or_empty() : default_prompt;
  for (const char* name : {"image", "images", "input_references"}) {
    Result<void> read = read_pictures(root[name], name, request.pictures);
    if (!read) return std::move(read).error();
  }
  if (!root["mask"].absent()) {
    request.mask = picture_source(root["mask"]);
    if (request.mask.empty()) return no_picture_source("mask");
  }
  request.model = *std::move(model);
  request.picture = read_picture_fields(root);
  if (request.picture.size.size() < size->size()) {
    return bad_parameter("size", "size is too long for a size.");
  }
  request.picture.finish = read_finish(root);
  request.picture_count = *count;
  request.form = *form;
  request.streams = *streams;
  request.draft_count = *drafts;
  return request;
}

}  // namespace fluxgate
