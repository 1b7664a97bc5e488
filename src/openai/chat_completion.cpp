#include "openai/chat_completion.h"

#include "json/writer.h"

namespace fluxgate {
namespace {

// Room for everything around the texts.
constexpr std::size_t kFrameBytes = 512;

}  // namespace

std::string write_chat_completion(const ChatCompletion& completion) {
  std::string text;
  std::size_t size_bytes = kFrameBytes + json::max_string_bytes(completion.reasoning) +
                           json::max_string_bytes(completion.model);
  for (const std::string& part : completion.content) size_bytes += json::max_string_bytes(part);
  text.reserve(size_bytes);
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
  json.key("content").string(completion.content);
  json.key("refusal").null();
  if (!completion.reasoning.empty()) json.key("reasoning_content").string(completion.reasoning);
  json.end_object();
  json.key("logprobs").null();
  json.key("finish_reason").raw(R"("stop")");
  json.end_object().end_array();
  json.key("usage");
  write_usage(json, completion.usage);
  json.end_object();
  return text;
}

std::int64_t estimate_token_count(std::size_t text_bytes) {
  return static_cast<std::int64_t>((text_bytes + 3) / 4);
}

}  // namespace fluxgate
