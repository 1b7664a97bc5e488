#include "ledger/left_work.h"

#include <algorithm>
#include <utility>

namespace fluxgate {
namespace {

void write_request(json::Writer& json, std::string_view key, const Request& request) {
  json.key(key).begin_object().key("method").string(method_name(request.method));
  json.key("url").string(request.url).key("head").string(request.headers.lines());
  json.key("body").string(request.body).end_object();
}

Request read_request(json::Value value) {
  return {parse_method(value["method"].string_or_empty()),
          std::string(value["url"].string_or_empty()),
          Headers::from_lines(std::string(value["head"].string_or_empty())),
          std::string(value["body"].string_or_empty())};
}

std::uint32_t read_count(json::Value value) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value.integer().value_or(0), 0, 1000));
}

LeftPicture read_picture(json::Value value) {
  LeftPicture picture{read_count(value["place"]),
                      std::string(value["stored"].string_or_empty()),
                      std::string(value["provider"].string_or_empty()),
                      std::string(value["model"].string_or_empty()),
                      read_count(value["key"]),
                      std::string(value["size"].string_or_empty()),
                      value["at"].integer().value_or(0),
                      read_request(value["ask"])};
  if (!value["cancel"].absent()) picture.cancel = read_request(value["cancel"]);
  return picture;
}

}  // namespace

bool LeftWork::has_orders() const {
  return std::any_of(pictures.begin(), pictures.end(),
                     [](const LeftPicture& picture) { return picture.stored_key.empty(); });
}

const LeftPicture* LeftWork::at(std::uint32_t place) const {
  const auto found = std::find_if(pictures.begin(), pictures.end(),
                                  [place](const auto& picture) { return picture.place == place; });
  return found == pictures.end() ? nullptr : &*found;
}

void write_left_work(json::Writer& json, const LeftWork& work) {
  json.begin_object().key("prompt").string(work.prompt).key("origin").number(work.prompt_origin);
  json.key("changes").boolean(work.changes_last).key("edit").boolean(work.changes_picture);
  json.key("pictures").begin_array();
  for (const LeftPicture& picture : work.pictures) {
    json.begin_object().key("place").number(picture.place);
    if (!picture.stored_key.empty()) {
      json.key("stored").string(picture.stored_key);
    } else {
      json.key("provider").string(picture.provider).key("model").string(picture.model);
      json.key("key").number(picture.key).key("size").string(picture.size);
      json.key("at").number(picture.ordered_ms);
      write_request(json, "ask", picture.ask);
      if (picture.cancel) write_request(json, "cancel", *picture.cancel);
    }
    json.end_object();
  }
  json.end_array().end_object();
}

std::optional<LeftWork> read_left_work(json::Value value) {
  if (!value.is_object()) return {};
  LeftWork work{std::string(value["prompt"].string_or_empty()),
                static_cast<int>(value["origin"].integer().value_or(0)),
                value["changes"].boolean().value_or(false),
                value["edit"].boolean().value_or(false)};
  for (const json::Value picture : value["pictures"].items()) {
    work.pictures.push_back(read_picture(picture));
  }
  return work;
}

}  // namespace fluxgate
