#include "openai/chat_request.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/document.h"

namespace fluxgate {
namespace {

Error bad_parameter(std::string_view field, std::string message) {
  return Error(ErrorCode::invalid_parameters, std::move(message)).at(field);
}

Error bad_content() {
  return bad_parameter("messages",
                       "A message's content must be a string or an array of typed parts.");
}

void append_line(std::string& text, std::string_view line) {
  if (!text.empty() && !line.empty()) text += '\n';
  text += line;
}

Result<std::string> read_parts(json::Value parts) {
  std::string text;
  for (const json::Value part : parts.items()) {
    const auto type = part["type"].string();
    if (!type) return bad_content();
    if (*type != "text" && *type != "input_text") continue;
    const auto line = part["text"].string();
    if (!line) return bad_content();
    append_line(text, *line);
  }
  return text;
}

Result<std::string> read_content(json::Value content) {
  if (content.absent()) return std::string();
  if (const auto text = content.string()) return std::string(*text);
  if (content.is_array()) return read_parts(content);
  return bad_content();
}

/// Fills in idea and style_wishes. Only the content that counts must be well formed.
Result<void> read_messages(json::Value messages, ChatRequest& request) {
  if (!messages.is_array() || messages.item_count() == 0) {
    return bad_parameter("messages", "messages must be a non-empty array.");
  }
  if (messages.item_count() > kMaxMessages) {
    return bad_parameter("messages", "messages holds more than 1,024 messages.");
  }
  json::Value last_user;
  for (const json::Value message : messages.items()) {
    const auto role = message["role"].string();
    if (!role) return bad_parameter("messages", "Each message must be an object with a role.");
    if (*role == "user") last_user = message;
    if (*role == "system" || *role == "developer") {
      Result<std::string> wishes = read_content(message["content"]);
      if (!wishes) return std::move(wishes).error();
      append_line(request.style_wishes, trim(*wishes));
    }
  }
  request.style_wishes.resize(utf8_prefix(request.style_wishes, kMaxStyleWishesBytes).size());
  if (last_user.missing())
    return bad_parameter("messages", "messages holds no message of the role user.");
  Result<std::string> idea = read_content(last_user["content"]);
  if (!idea) return std::move(idea).error();
  request.idea = *std::move(idea);
  return {};
}

}  // namespace

Result<ChatRequest> read_chat_request(std::string_view body) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return std::move(document).error();
  const json::Value root = document->root();
  if (!root.is_object()) {
    return Error(ErrorCode::invalid_parameters, "The request body must be a JSON object.");
  }

  ChatRequest request;
  if (root["model"].absent()) {
    return Error(ErrorCode::missing_model_field, "The field model is missing.").at("model");
  }
  const auto model = root["model"].string();
  if (!model) return bad_parameter("model", "model must be a string.");
  request.model = *model;

  Result<void> messages = read_messages(root["messages"], request);
  if (!messages) return std::move(messages).error();

  const json::Value stream = root["stream"];
  if (!stream.absent() && !stream.boolean()) {
    return bad_parameter("stream", "stream must be true or false.");
  }
  if (stream.boolean().value_or(false)) {
    return Error(ErrorCode::unsupported_parameter,
                 "Streaming is not available; send the request with stream set to false.")
        .at("stream");
  }
  return request;
}

}  // namespace fluxgate
