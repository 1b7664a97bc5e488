#include "openai/chat_request.h"

#include <utility>

#include "json/document.h"
#include "openai/picture_fields.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

Result<void> read_messages(json::Value messages, ChatRequest& request) {
  if (!messages.is_array() || messages.item_count() == 0) {
    return bad_parameter("messages", "messages must be a non-empty array.");
  }
  if (messages.item_count() > kMaxMessages) {
    return bad_parameter("messages", "messages holds more than 1,024 messages.");
  }
  TalkReader reader(request, "messages");
  for (const json::Value message : messages.items()) {
    Result<void> added = reader.add(message);
    if (!added) return added;
  }
  return reader.finish(request.text_field.empty());
}

/// Must the answer call a tool? An object names the tool, so it must; but in an object of type
/// "allowed_tools", which names several, the mode decides. Some clients send "auto" and "none" as
/// types.
bool demands_tool(json::Value choice) {
  if (!choice.is_object()) return choice.string_or_empty() == "required";
  const std::string_view type = choice["type"].string_or_empty();
  if (type == "allowed_tools") {
    return choice["allowed_tools"]["mode"].string_or_empty() == "required";
  }
  return type != "auto" && type != "none";
}

/// ChatRequest::text_field
std::string_view find_text_field(json::Value root) {
  if (demands_tool(root["tool_choice"])) return "tool_choice";
  if (root["function_call"].is_object()) return "function_call";
  const std::string_view format = root["response_format"]["type"].string_or_empty();
  if (format == "json_object" || format == "json_schema") return "response_format";
  return {};
}

/// Fills in what the fields beside the messages say about the picture.
Result<void> read_picture_part(json::Value root, ChatRequest& request) {
  request.picture = read_picture_fields(root);
  for (const json::Value modality : root["modalities"].items()) {
    request.wants_images = request.wants_images || modality.string_or_empty() == "image";
  }
  Result<std::uint32_t> count = read_picture_count(root["n"], kMaxPicturesAtOnce);
  if (!count) return std::move(count).error();
  request.picture_count = *count;
  return {};
}

/// Fills in whether the answer comes as a stream, and with a usage chunk.
Result<void> read_stream_fields(json::Value root, ChatRequest& request) {
  const json::Value stream = root["stream"];
  if (!stream.absent() && !stream.boolean()) {
    return bad_parameter("stream", "stream must be true or false.");
  }
  request.streams = stream.boolean().value_or(false);
  if (root["stream_options"]["include_usage"].boolean().value_or(false)) {
    request.usage_chunk = UsageChunk::included;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ChatRequest>> read_chat_request(Bytes& body) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return std::move(document).error();
  const json::Value root = document->root();
  if (!root.is_object()) {
    return Error(ErrorCode::invalid_parameters, "The request body must be a JSON object.");
  }

  auto request = std::make_unique<ChatRequest>();
  if (root["model"].absent() || root["model"].string() == "") {
    return Error(ErrorCode::missing_model_field, "The field model is missing.").at("model");
  }
  const auto model = root["model"].string();
  if (!model) return bad_parameter("model", "model must be a string.");
  request->model = *model;
  request->text_field = find_text_field(root);

  Result<void> read = read_messages(root["messages"], *request);
  if (read) read = read_stream_fields(root, *request);
  if (read) read = read_picture_part(root, *request);
  if (!read) return std::move(read).error();
  return request;
}

}  // namespace fluxgate
