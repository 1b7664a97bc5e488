// The chunks of a streamed answer.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "openai/chat_chunk.h"

namespace fluxgate {
namespace {

constexpr std::string_view kHead =
    R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795371000,)"
    R"("model":"flux","choices":[)";

ChatChunkWriter writer_with(UsageChunk usage_chunk) {
  return ChatChunkWriter("chatcmpl-1", 1'795'371'000, "flux", usage_chunk);
}

std::string written_stream(UsageChunk usage_chunk) {
  const ChatChunkWriter writer = writer_with(usage_chunk);
  std::string out;
  writer.append_role(out);
  writer.append_reasoning(out, "a plan");
  writer.begin_content(out);
  out += "a picture";
  writer.end_content(out);
  writer.append_end(out, {4, 30, 3'000'000}, R"({"provider":"fal"})");
  return out;
}

/// The event with this delta; `tail` is what follows the choices.
std::string event_of(std::string_view delta, std::string_view finish_reason,
                     std::string_view tail) {
  return std::string(kHead)
      .append(R"({"index":0,"delta":)")
      .append(delta)
      .append(R"(,"logprobs":null,"finish_reason":)")
      .append(finish_reason)
      .append("}]")
      .append(tail)
      .append("\n\n");
}

/// `end`: what follows the choices of the chunk that stops.
std::string expected_stream(std::string_view tail, std::string_view end) {
  return event_of(R"({"role":"assistant","content":""})", "null", tail) +
         event_of(R"({"reasoning_content":"a plan","reasoning":"a plan"})", "null", tail) +
         event_of(R"({"content":"a picture"})", "null", tail) + event_of("{}", R"("stop")", end);
}

TEST(ChatChunk, AStreamIsOneEventForEachChunk) {
  EXPECT_EQ(written_stream(UsageChunk::left_out),
            expected_stream("}", R"(,"fluxgate":{"provider":"fal"}})"));
}

TEST(ChatChunk, WhenUsageIsAskedForAllButTheLastChunkHaveNull) {
  const std::string last =
      std::string(kHead) +
      R"(],"usage":{"prompt_tokens":4,"completion_tokens":30,"total_tokens":34,"cost":0.003},)"
      R"("fluxgate":{"provider":"fal"}})"
      "\n\n";
  constexpr std::string_view kNull = R"(,"usage":null})";
  EXPECT_EQ(written_stream(UsageChunk::included), expected_stream(kNull, kNull) + last);
}

TEST(ChatChunk, WhatJsonEscapesIsEscaped) {
  const ChatChunkWriter writer("chatcmpl-1", 1, "a \"model\"\n", UsageChunk::left_out);
  const std::string text("a \"cat\"\r\n\\ \0 猫\xE2\x80\xA8", 19);
  std::string out;
  writer.append_reasoning(out, text);
  EXPECT_EQ(out.substr(0, 6), "data: ");
  EXPECT_EQ(out.find_first_of("\r\n"), out.size() - 2);
  const auto chunk = nlohmann::json::parse(out.substr(6), nullptr, false);
  ASSERT_TRUE(chunk.is_object());
  EXPECT_EQ(chunk["model"].get<std::string>(), "a \"model\"\n");
  const auto& delta = chunk["choices"][0]["delta"];
  EXPECT_EQ(delta["reasoning_content"].get<std::string>(), text);
  EXPECT_EQ(delta["reasoning"].get<std::string>(), text);
}

TEST(ChatChunk, AMovedWriterWritesTheSame) {
  ChatChunkWriter first = writer_with(UsageChunk::left_out);
  const ChatChunkWriter second = std::move(first);
  std::string out = "before ";
  second.append_end(out, {}, "{}");
  EXPECT_EQ(out, "before " + event_of("{}", R"("stop")", R"(,"fluxgate":{}})"));
}

}  // namespace
}  // namespace fluxgate
