#include "openai/message_pictures.h"

#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "picture/reference.h"

namespace fluxgate {
namespace {

/// The first text among the members `names` of `value`.
std::string_view first_text(json::Value value, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const std::string_view text = value[name].string_or_empty();
    if (!text.empty()) return text;
  }
  return {};
}

/// Does a part of type `file` or `input_file` hold a picture, by its media type or its data URL?
bool is_picture_file(json::Value file) {
  for (const char* name :
       {"media_type", "mediaType", "mime_type", "mimeType", "file_data", "data"}) {
    const std::string_view value = file[name].string_or_empty();
    const bool is_url = starts_with_ignoring_case(value, "data:");
    if (starts_with_ignoring_case(value.substr(is_url ? 5 : 0), "image/")) return true;
  }
  return false;
}

/// `image_url`, which is the source itself or an object with it.
std::string_view link_in(json::Value item) {
  const json::Value link = item["image_url"];
  const std::string_view text = link.string_or_empty();
  return text.empty() ? link["url"].string_or_empty() : text;
}

/// The source of a part that is a picture; nothing for any other part.
std::optional<std::string_view> source_in(json::Value part) {
  const std::string_view type = part["type"].string_or_empty();
  if (type == "image_url" || type == "input_image") return link_in(part);
  if (type == "image") {
    const std::string_view text = first_text(part["source"], {"data", "url"});
    if (!text.empty()) return text;
    return first_text(part, {"image", "url", "data"});
  }
  if (type != "file" && type != "input_file") return std::nullopt;
  for (const json::Value file : {part["file"], part}) {
    if (is_picture_file(file)) return first_text(file, {"file_data", "data", "url"});
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> pictures_in(json::Value message) {
  std::vector<std::string> pictures;
  for (const json::Value part : message["content"].items()) {
    const auto source = source_in(part);
    if (source && pictures.size() <= kMaxReferences) pictures.emplace_back(*source);
  }
  for (const json::Value item : message["images"].items()) {
    if (pictures.size() > kMaxReferences) break;
    const std::string_view text = item.string_or_empty();
    const std::string_view link = text.empty() ? link_in(item) : text;
    pictures.emplace_back(link.empty() ? first_text(item, {"url", "b64_json"}) : link);
  }
  return pictures;
}

std::string_view picture_source(json::Value picture) {
  const json::Value url = picture["image_url"];
  for (const json::Value place : {picture, url, url["url"], picture["url"], picture["b64_json"]}) {
    const std::string_view source = place.string_or_empty();
    if (!source.empty()) return source;
  }
  return {};
}

Error no_picture_source(std::string_view field) {
  Error error(ErrorCode::invalid_image,
              "A picture must be a data URL or an https URL; files of an account are not here.");
  return std::move(error).at(field);
}

}  // namespace fluxgate
