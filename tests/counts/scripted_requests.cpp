// The requests and answers that chat programs and backends send, without the parts that vary.
#include "link/image_link.h"
#include "link/signing_keys.h"
#include "scripted_request.h"

namespace fluxgate::counts {
namespace {

constexpr std::string_view kOrigin = "https://gw.example.com";
constexpr std::string_view kSecret = "secret-of-the-links-with-32-bytes-or-more";
constexpr std::string_view kPictureUrl =
    "https://pictures.example.com/outputs/2026/01/01/e2f0c7d1_0.png?Expires=1767312000&"
    "OSSAccessKeyId=LTAI5tQnPVzz1XYZ&Signature=a%2BbC3dE4fG5hI6jK7lM8nO9pQ%3D";
constexpr int kThinkingDeltas = 200;

std::string head(std::string_view method, std::string_view path, std::string_view key) {
  return std::string(method) + " " + std::string(kOrigin) + std::string(path) + "\n" +
         "authorization: Bearer " + std::string(key) + "\ncontent-type: application/json\n";
}

/// So many messages of a kilobyte, as a long talk has them.
std::string history(int message_count) {
  std::string messages;
  for (int i = 0; i < message_count; ++i) {
    messages.append(R"({"role":")").append(i % 2 == 0 ? "user" : "assistant");
    messages += R"(","content":")";
    for (int j = 0; j < 21; ++j) messages += R"(a ship \"Aurora\" in a storm,\nwaves and spray; )";
    messages += R"("},)";
  }
  return messages;
}

/// A chat of three messages and a history.
std::string chat_body(bool streams, int history_count = 0) {
  return std::string(
             R"({"model":"flux-schnell","messages":[{"role":"system","content":"You like pictures )"
             R"(in the manner of old travel posters."},)") +
         history(history_count) +
         std::string(
             R"({"role":"user","content":"hello"},)"
             R"({"role":"assistant","content":"What shall I draw?"},{"role":"user","content":)"
             R"("a lighthouse on a cliff at dusk, in the fog, with a small red boat 16:9 )"
             R"(--seed 7"}],"temperature":0.7,"stream":)") +
         (streams ? R"(true,"stream_options":{"include_usage":true}})" : "false}");
}

ScriptedAnswer picture() {
  return {200,
          "content-type: application/json\ndate: Thu, 01 Jan 2026 00:00:00 GMT\n",
          {R"({"images":[{"url":")" + std::string(kPictureUrl) +
           R"("}],"timings":{"inference":1.234},"seed":7})"}};
}

ScriptedAnswer whole_prompt() {
  return {
      200,
      "content-type: application/json\n",
      {R"({"id":"x","object":"chat.completion","created":1767225600,"model":"small","choices":)"
       R"([{"index":0,"message":{"role":"assistant","content":"A lighthouse on a cliff at dusk )"
       R"(in dense fog, a small red boat below, travel poster, muted blues, soft light"},)"
       R"("finish_reason":"stop"}],"usage":{"prompt_tokens":400,"completion_tokens":40}})"}};
}

/// Each event is a piece of its own, as servers send them.
ScriptedAnswer streamed_prompt() {
  ScriptedAnswer answer{200, "content-type: text/event-stream\n", {}};
  const auto add = [&](const std::string& delta, const char* finish_reason) {
    answer.pieces.push_back(
        R"(data: {"id":"x","object":"chat.completion.chunk","created":1767225600,"model":"small",)"
        R"("choices":[{"index":0,"delta":)" +
        delta + R"(,"finish_reason":)" + finish_reason + "}]}\n\n");
  };
  for (int i = 0; i < kThinkingDeltas; ++i) {
    add(R"({"reasoning_content":" thought)" + std::to_string(i % 10) + "\"}", "null");
  }
  for (const char* words : {"A lighthouse at dusk", " in dense fog,", " travel poster"}) {
    add(std::string(R"({"content":")") + words + "\"}", "null");
  }
  add("{}", R"("stop")");
  answer.pieces.push_back("data: [DONE]\n\n");
  return answer;
}

std::string image_path() {
  const SigningKeys keys = *derive_signing_keys(kSecret, {});
  return image_link("", kPictureUrl, 1'767'225'600 + kLinkLifeSeconds, keys);
}

}  // namespace

std::string environment_block() {
  std::string block;
  for (const std::string_view entry :
       {"AUTHORIZED_API_KEY=key-of-a-client,key-of-another",
        "IMAGE_GEN_MODEL=flux-dev,flux-schnell",
        "IMAGE_GEN_API_BASE=https://images.example/v1/images/generations",
        "IMAGE_GEN_API_KEY=key-of-images-a,key-of-images-b",
        "OPENAI_API_BASE=https://llm.example/v1", "OPENAI_API_KEY=key-of-llm", "OPENAI_MODEL=small",
        "SHOW_REASONING=1"}) {
    (block += entry) += '\0';
  }
  return (block.append("IMAGE_PROXY_SECRET=").append(kSecret)) + '\0';
}

std::vector<ScriptedRequest> scripted_requests() {
  constexpr std::string_view kKey = "key-of-a-client";
  constexpr std::string_view kChat = "/v1/chat/completions";
  const std::string png("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\4\0\0\0\2\x40\x08\2\0\0\0abc", 32);
  return {
      {"chat", head("POST", kChat, kKey), chat_body(false), {whole_prompt(), picture()}, 200, 0},
      {"chat_history",
       head("POST", kChat, kKey),
       chat_body(false, 128),
       {whole_prompt(), picture()},
       200,
       0},
      // The answer has a piece for each thought, for the progress and for the picture.
      {"chat_streamed",
       head("POST", kChat, kKey),
       chat_body(true),
       {streamed_prompt(), picture()},
       200,
       kThinkingDeltas + 2},
      {"models", head("GET", "/v1/models", kKey), "", {}, 200, 0},
      {"wrong_key", head("GET", "/v1/models", "key-of-nobody"), "", {}, 401, 0},
      {"image_link",
       head("GET", image_path(), "none"),
       "",
       {{200, "content-type: image/png\ncontent-length: 1048576\n", {png}}},
       200,
       0},
  };
}

}  // namespace fluxgate::counts
