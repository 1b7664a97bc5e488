#include "responses/request.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "json/document.h"
#include "json/member.h"
#include "json/writer.h"
#include "openai/message_pictures.h"
#include "openai/picture_fields.h"

namespace fluxgate {
namespace {

constexpr std::string_view kImageTool = "image_generation";
constexpr std::string_view kPictureCall = "image_generation_call";

/// Tools that run where the model does. Programs demand them by habit; nobody misses them here.
constexpr std::string_view kHostedTools[] = {"file_search",        "web_search",
                                             "web_search_preview", "computer_use_preview",
                                             "code_interpreter",   "web_search_2025_08_26"};

json::Value image_tool_in(json::Value tools) {
  for (const json::Value tool : tools.items()) {
    if (tool["type"].string_or_empty() == kImageTool) return tool;
  }
  return {};
}

Error foreign_tool() {
  return Error(ErrorCode::unsupported_parameter,
               "The only tool that can be called here is image_generation.")
      .at("tool_choice");
}

/// Reads `tool_choice`. `has_tool`: image_generation is among the tools.
Result<void> read_tool_choice(json::Value choice, bool has_tool, ResponsesRequest& request) {
  std::string_view word = choice.string_or_empty();
  std::string_view type = choice["type"].string_or_empty();
  if (type == "allowed_tools") {
    word = choice["mode"].string_or_empty();
    has_tool = !image_tool_in(choice["tools"]).missing();
    type = {};
  }
  const bool is_hosted =
      std::find(std::begin(kHostedTools), std::end(kHostedTools), type) != std::end(kHostedTools);
  request.must_draw = type == kImageTool || (word == "required" && has_tool);
  if (word == "none" || type == "none") request.text_field = "tool_choice";
  const bool is_known = type.empty() || type == "auto" || type == "none" || is_hosted;
  if (!request.must_draw && (!is_known || word == "required")) return foreign_tool();
  return {};
}

bool wants_json(json::Value root) {
  const std::string_view format = root["text"]["format"]["type"].string_or_empty();
  return format == "json_object" || format == "json_schema";
}

/// A picture that was made before: its bytes as a data URL, or its id.
struct PictureCall {
  std::string picture;
  std::string id;
};

PictureCall read_picture_call(json::Value item) {
  const std::string_view result = item["result"].string_or_empty();
  if (result.empty()) return {{}, std::string(item["id"].string_or_empty())};
  // The type that stands here does not matter: the bytes decide.
  return {std::string("data:image/png;base64,").append(result), {}};
}

/// Some SDKs send no item twice, but its id: that of a picture, or of the message beside it.
bool refers_to_ours(std::string_view type, json::Value item) {
  const std::string_view id = item["id"].string_or_empty();
  return type == "item_reference" && (id.starts_with("ig_") || id.starts_with("msg_"));
}

Result<void> read_items(json::Value input, ResponsesRequest& request, TalkReader& reader) {
  if (input.item_count() == 0) return bad_parameter("input", "input must not be empty.");
  if (input.item_count() > kMaxMessages) {
    return bad_parameter("input", "input holds more than 1,024 items.");
  }
  PictureCall call;
  for (const json::Value item : input.items()) {
    const std::string_view type = item["type"].string_or_empty();
    if (type == kPictureCall || refers_to_ours(type, item)) {
      call = read_picture_call(item);
      request.last_prompt = trim(item["revised_prompt"].string_or_empty());
      request.last_picture.clear();
    }
    if (!type.empty() && type != "message") continue;
    Result<void> added = reader.add(item);
    if (!added) return added;
    if (!request.last_picture.empty()) call = {};  // The message shows one.
  }
  if (request.last_picture.empty()) request.last_picture = std::move(call.picture);
  request.last_picture_id = std::move(call.id);
  return {};
}

/// What is repeated, and what stands there when the request says nothing.
struct Repeated {
  std::string_view name;
  std::string_view otherwise;
};
constexpr Repeated kRepeated[] = {{"instructions", "null"},
                                  {"max_output_tokens", "null"},
                                  {"parallel_tool_calls", "true"},
                                  {"store", "true"},
                                  {"previous_response_id", "null"},
                                  {"reasoning", "null"},
                                  {"temperature", "1"},
                                  {"top_p", "1"},
                                  {"tool_choice", R"("auto")"},
                                  {"tools", "[]"},
                                  {"truncation", R"("disabled")"},
                                  {"metadata", "{}"},
                                  {"text", R"({"format":{"type":"text"}})"}};

/// Is the value of the type that the field has in answers?
bool fits_type(std::string_view otherwise, std::string_view value) {
  return otherwise == "null" || otherwise.front() == value.front() ||
         (is_digit(otherwise.front()) && is_digit(value.front())) ||
         (otherwise == "true" && value == "false") ||
         (otherwise.front() == '"' && value.front() == '{');
}

Result<void> read_tool(json::Value tool, ResponsesRequest& request) {
  request.tool_model = tool["model"].string_or_empty();
  request.picture = read_picture_fields(tool);
  request.picture.finish = read_finish(tool);
  const std::int64_t drafts = tool["partial_images"].integer().value_or(0);
  request.draft_count = static_cast<std::uint32_t>(std::clamp<std::int64_t>(drafts, 0, 3));
  const std::string_view action = tool["action"].string_or_empty();
  if (action == "generate") request.action = ToolAction::generate;
  if (action == "edit") request.action = ToolAction::edit;
  const json::Value mask = tool["input_image_mask"];
  if (mask.absent()) return {};
  request.mask = picture_source(mask);
  if (request.mask.empty()) return no_picture_source("tools");
  return {};
}

std::string_view member(std::string_view object, std::string_view name) {
  for (const json::MemberText& each : json::members_of(object)) {
    if (each.name == name) return each.value;
  }
  return {};
}

/// `text.format` as chat/completions has it: the members of a schema one level deeper. Empty for
/// plain text.
std::string chat_format(std::string_view body) {
  const std::string_view format = member(member(body, "text"), "format");
  const std::string_view type = member(format, "type");
  if (type != R"("json_schema")" && type != R"("json_object")") return {};
  std::string text;
  json::Writer json(text);
  json.begin_object().key("type").raw(type);
  if (type == R"("json_schema")") {
    json.key("json_schema").begin_object();
    for (const json::MemberText& each : json::members_of(format)) {
      if (each.name != "type") json.text_key(each.name).raw(each.value);
    }
    json.end_object();
  }
  json.end_object();
  return text;
}

}  // namespace

Result<std::unique_ptr<ResponsesRequest>> read_responses_request(Bytes& body) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return std::move(document).error();
  const json::Value root = document->root();
  if (!root.is_object()) {
    return Error(ErrorCode::invalid_parameters, "The request body must be a JSON object.");
  }
  auto made = std::make_unique<ResponsesRequest>();
  ResponsesRequest& request = *made;
  request.model = root["model"].string_or_empty();
  if (request.model.empty()) {
    return Error(ErrorCode::missing_model_field, "The field model is missing.").at("model");
  }
  const json::Value stream = root["stream"];
  if (!stream.absent() && !stream.boolean()) {
    return bad_parameter("stream", "stream must be true or false.");
  }
  request.streams = stream.boolean().value_or(false);
  request.in_background = root["background"].boolean().value_or(false);
  request.previous_id = root["previous_response_id"].string_or_empty();
  const json::Value tool = image_tool_in(root["tools"]);
  Result<void> read = read_tool_choice(root["tool_choice"], !tool.missing(), request);
  if (read) read = read_tool(tool, request);
  if (!read) return std::move(read).error();
  if (wants_json(root) && !request.must_draw) request.text_field = "text";

  TalkReader reader(request, "input");
  reader.add_wish(root["instructions"].string_or_empty());
  const json::Value input = root["input"];
  read = input.is_array() ? read_items(input, request, reader) : reader.add_words(input);
  if (read) read = reader.finish(request.text_field.empty());
  if (!read) return std::move(read).error();
  request.echo = echo_of(body.view());
  for (const EchoedMember& member : request.echo) {
    if (member.name == "store") request.is_stored = member.value != "false";
  }
  return made;
}

std::vector<EchoedMember> echo_of(std::string_view object) {
  const std::vector<json::MemberText> members = json::members_of(object);
  std::vector<EchoedMember> echo;
  std::size_t size_bytes = 0;
  for (const Repeated& repeated : kRepeated) {
    std::string_view value = repeated.otherwise;
    for (const json::MemberText& member : members) {
      const bool is_good = member.name == repeated.name && fits_type(value, member.value);
      if (is_good && size_bytes + member.value.size() <= kMaxEchoBytes) value = member.value;
    }
    size_bytes += value.size();
    // Streams cannot hold line ends. They stand between values only, for strings hold none.
    echo.push_back({repeated.name, in_one_line(value)});
  }
  return echo;
}

std::string as_chat_request(std::string_view body, bool streams) {
  const Result<json::Document> document = json::Document::parse(body);
  std::string text;
  if (!document) return text;
  const json::Value root = document->root();
  json::Writer json(text);
  json.begin_object().key("messages").begin_array();
  const auto add = [&](std::string_view role, std::string_view content) {
    if (content.empty()) return;
    json.begin_object().key("role").string(role).key("content").string(content).end_object();
  };
  add("system", root["instructions"].string_or_empty());
  add("user", root["input"].string_or_empty());
  for (const json::Value item : root["input"].items()) {
    const std::string_view role = item["role"].string_or_empty();
    const std::string content = text_of_content(item["content"]);
    if (role == "user" || role == "assistant") add(role, content);
    if (role == "system" || role == "developer") add("system", content);
  }
  json.end_array().key("stream").boolean(streams);
  const std::string format = chat_format(body);
  if (!format.empty()) json.key("response_format").raw(format);
  json.end_object();
  return text;
}

}  // namespace fluxgate
