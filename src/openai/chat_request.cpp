#include "openai/chat_request.h"

#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "json/document.h"
#include "openai/markdown.h"
#include "openai/message_pictures.h"
#include "openai/picture_fields.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

Error bad_content() {
  return bad_parameter("messages",
                       "A message's content must be a string or an array of typed parts.");
}

void append_line(std::string& text, std::string_view line) {
  if (!text.empty() && !line.empty()) text += '\n';
  text += line;
}

/// Appends a line to the style wishes, which never take more than kMaxStyleWishesBytes, not even
/// for a moment.
void append_wish(std::string& wishes, std::string_view wish) {
  const std::size_t taken_bytes = wishes.size() + (wishes.empty() ? 0 : 1);
  if (taken_bytes >= kMaxStyleWishesBytes) return;
  append_line(wishes, utf8_prefix(wish, kMaxStyleWishesBytes - taken_bytes));
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

/// The text of content; empty when the content is not well formed.
std::string text_or_empty(json::Value content) {
  Result<std::string> text = read_content(content);
  return text ? *std::move(text) : std::string();
}

/// The last picture of ours, and its prompt.
struct LastPicture {
  std::string prompt;
  std::string address;
};

void read_answer_text(json::Value text, LastPicture& last) {
  if (!text.may_hold(kPromptLabelEnd)) return;
  const std::string_view answer = text.string_or_empty();
  std::string prompt = prompt_in_answer(answer);
  if (!prompt.empty()) last = {std::move(prompt), std::string(picture_in_answer(answer))};
}

/// Reads a message of the assistant. Clients send our answers back as a string or in parts.
void read_answer(json::Value message, LastPicture& last) {
  const json::Value content = message["content"];
  if (!content.is_array()) {
    read_answer_text(content, last);
  } else {
    for (const json::Value part : content.items()) read_answer_text(part["text"], last);
  }
}

/// Fills in everything that the messages say. request.text_field must be known.
Result<void> read_messages(json::Value messages, ChatRequest& request) {
  if (!messages.is_array() || messages.item_count() == 0) {
    return bad_parameter("messages", "messages must be a non-empty array.");
  }
  if (messages.item_count() > kMaxMessages) {
    return bad_parameter("messages", "messages holds more than 1,024 messages.");
  }
  json::Value first_user, last_user, last;
  LastPicture last_picture;
  for (const json::Value message : messages.items()) {
    const auto role = message["role"].string();
    if (!role) return bad_parameter("messages", "Each message must be an object with a role.");
    last = message;
    if (*role == "user") last_user = message;
    if (*role == "user" && first_user.missing()) {
      first_user = message;
      request.leading_wishes_bytes = request.style_wishes.size();
    }
    if (*role == "assistant") {
      request.has_answer = true;
      read_answer(message, last_picture);
    }
    if (*role == "system" || *role == "developer") {
      Result<std::string> wishes = read_content(message["content"]);
      if (!wishes) return std::move(wishes).error();
      append_wish(request.style_wishes, trim(*wishes));
    }
  }
  request.first_idea = utf8_prefix(text_or_empty(first_user["content"]), kMaxFirstIdeaBytes);
  request.last_role = last["role"].string_or_empty();
  request.last_text = text_or_empty(last["content"]);
  request.has_user = !last_user.missing();
  const bool from_system = request.last_role == "system" || request.last_role == "developer";
  if (!request.has_user && !from_system && request.text_field.empty()) {
    return no_user_error();
  }
  if (!request.has_user) request.leading_wishes_bytes = request.style_wishes.size();
  Result<std::string> idea = read_content(last_user["content"]);
  if (!idea) return std::move(idea).error();
  request.idea = *std::move(idea);
  request.last_prompt = std::move(last_picture.prompt);
  request.last_picture = std::move(last_picture.address);
  request.pictures = pictures_in(last_user);
  for (std::string& picture : take_out_pictures(request.idea)) {
    request.pictures.push_back(std::move(picture));
  }
  return {};
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

Error no_user_error() {
  return bad_parameter("messages", "messages holds no message of the role user.");
}

Result<ChatRequest> read_chat_request(Bytes& body) {
  Result<json::Document> document = json::Document::parse(body);
  if (!document) return std::move(document).error();
  const json::Value root = document->root();
  if (!root.is_object()) {
    return Error(ErrorCode::invalid_parameters, "The request body must be a JSON object.");
  }

  ChatRequest request;
  if (root["model"].absent() || root["model"].string() == "") {
    return Error(ErrorCode::missing_model_field, "The field model is missing.").at("model");
  }
  const auto model = root["model"].string();
  if (!model) return bad_parameter("model", "model must be a string.");
  request.model = *model;
  request.text_field = find_text_field(root);

  Result<void> read = read_messages(root["messages"], request);
  if (read) read = read_stream_fields(root, request);
  if (read) read = read_picture_part(root, request);
  if (!read) return std::move(read).error();
  return request;
}

}  // namespace fluxgate
