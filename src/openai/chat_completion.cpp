#include "openai/chat_completion.h"

#include <utility>

#include "json/writer.h"

namespace fluxgate {
WrittenCompletion write_chat_completion(ChatCompletion completion) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("id").string(completion.id);
  json.key("object").raw(R"("chat.completion")");
  json.key("created").number(completion.created_unix_s);
  json.key("model").string(completion.model);
  json.key("choices").begin_array().begin_object();
  json.key("index").number(0);
  json.key("message").begin_object();
  json.key("role").raw(R"("assistant")");
  json.key("content").raw("\"");
  Pieces pieces(std::exchange(text, {}));
  for (std::string& part : completion.content) pieces.append(json::escape(std::move(part)));
  text += '"';
  json.key("refusal").null();
  if (!completion.reasoning.empty()) {
    std::string reasoning = json::escape(std::move(completion.reasoning));
    json.key("reasoning_content").raw("\"");
    pieces.append(std::exchange(text, {}));
    pieces.append(reasoning);
    text += '"';
    json.key("reasoning").raw("\"");
    pieces.append(std::exchange(text, {}));
    pieces.append(std::move(reasoning));
    text += '"';
  }
  pieces.append(std::exchange(text, {}));
  json.end_object();
  json.key("logprobs").null();
  json.key("finish_reason").raw(R"("stop")");
  json.end_object().end_array();
  json.key("usage");
  write_usage(json, completion.usage);
  json.end_object();
  return {std::move(pieces), std::move(text)};
}

std::int64_t estimate_token_count(std::size_t text_bytes) {
  return static_cast<std::int64_t>((text_bytes + 3) / 4);
}

}  // namespace fluxgate
