// Our own call of chat/completions: what is asked, and its answer, whole and streamed.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "llm/completion_call.h"
#include "llm/completion_stream.h"
#include "sse/decoder.h"

namespace fluxgate {
namespace {

StreamDelta delta_of(std::string_view data) {
  Result<StreamDelta> delta = read_stream_delta(data);
  EXPECT_TRUE(delta.ok()) << data;
  return delta ? *std::move(delta) : StreamDelta();
}

/// The detail of the error, or "" when there is none.
std::string failure_of(std::string_view data) {
  const Result<StreamDelta> delta = read_stream_delta(data);
  return delta ? "" : delta.error().detail;
}

std::string chunk_with(std::string_view choice) {
  return std::string(R"({"id":"x","object":"chat.completion.chunk","choices":[)")
      .append(choice)
      .append("]}");
}

TEST(CompletionCall, AsksForAWholeAnswerOrForAStreamWithTokenCounts) {
  const std::string start =
      R"({"model":"m\"1","messages":[{"role":"system","content":"be \"brief\""},)"
      R"({"role":"user","content":"a cat\n猫"}],"stream":)";
  EXPECT_EQ(write_completion_call("m\"1", "be \\\"brief\\\"", "a cat\n猫", AnswerForm::whole),
            start + "false}");
  EXPECT_EQ(write_completion_call("m\"1", "be \\\"brief\\\"", "a cat\n猫", AnswerForm::streamed),
            start + R"(true,"stream_options":{"include_usage":true}})");
}

TEST(CompletionCall, ReadsAWholeAnswer) {
  const Result<Completion> completion = read_completion(
      R"({"choices":[{"message":{"content":[{"type":"text","text":"a "},{"text":"cat"}],)"
      R"("reasoning":"plan"},"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":3,"completion_tokens":5}})");
  ASSERT_TRUE(completion.ok());
  EXPECT_EQ(completion->content, "a cat");
  EXPECT_EQ(completion->reasoning, "plan");
  EXPECT_EQ(completion->finish_reason, "stop");
  ASSERT_TRUE(completion->usage);
  EXPECT_EQ(completion->usage->completion_token_count, 5);
}

TEST(CompletionCall, NamesWhatIsWrongWithAnAnswer) {
  const auto detail = [](std::string_view body) { return read_completion(body).error().detail; };
  EXPECT_EQ(detail(" \n"), "llm_empty_body");
  EXPECT_EQ(detail("<html>"), "llm_bad_json");
  EXPECT_EQ(detail(R"({"choices":[{"message":{"content":7}}]})"), "llm_bad_shape");
  EXPECT_EQ(detail(R"({"choices":[{"message":{}}]})"), "llm_bad_shape");
  EXPECT_EQ(detail(R"({"error":{"message":"no"}})"), "llm_error_in_200");
}

TEST(CompletionStream, ReadsContentAsAStringOrAsParts) {
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{"content":"a cat\n猫"}})")).content, "a cat\n猫");
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{"content":[{"type":"text","text":"a "},)"
                                R"({"type":"thinking"},{"type":"text","text":"cat"}]}})"))
                .content,
            "a cat");
}

TEST(CompletionStream, ReadsThinkingUnderBothNames) {
  const StreamDelta one =
      delta_of(chunk_with(R"({"delta":{"content":null,"reasoning_content":"plan"}})"));
  EXPECT_EQ(one.reasoning, "plan");
  EXPECT_EQ(one.content, "");
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{"content":"","reasoning":"plan"}})")).reasoning,
            "plan");
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{"reasoning_content":"plan","reasoning":"plan"}})"))
                .reasoning,
            "plan");
}

TEST(CompletionStream, ReadsTheFinishReason) {
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{},"finish_reason":"length"})")).finish_reason,
            "length");
  EXPECT_EQ(delta_of(chunk_with(R"({"finish_reason":"stop"})")).finish_reason, "stop");
  EXPECT_EQ(delta_of(chunk_with(R"({"delta":{"content":"a"},"finish_reason":null})")).finish_reason,
            "");
}

TEST(CompletionStream, ReadsUsageWhereverItStands) {
  const StreamDelta last =
      delta_of(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}})");
  ASSERT_TRUE(last.usage);
  EXPECT_EQ(last.usage->prompt_token_count, 3);
  EXPECT_EQ(last.usage->completion_token_count, 5);
  EXPECT_FALSE(delta_of(R"({"choices":[{"delta":{"content":"a"}}],"usage":null})").usage);
  EXPECT_FALSE(
      delta_of(R"({"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":5}})").usage);
  EXPECT_FALSE(delta_of(R"({"choices":[],"usage":{"prompt_tokens":3}})").usage);
  EXPECT_FALSE(
      delta_of(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1e300}})").usage);
}

TEST(CompletionStream, EventsThatSayNothingAreNoError) {
  for (const char* data :
       {"", " \t ", "{}", R"({"choices":[]})", R"({"choices":[{}]})", R"({"error":null})",
        R"({"choices":[{"delta":{"role":"assistant","content":""}}]})",
        R"({"choices":[],"prompt_filter_results":[]})", R"({"choices":[{"delta":null}]})",
        R"({"choices":{"delta":7}})", R"({"choices":[{"delta":{"reasoning_content":7}}]})"}) {
    SCOPED_TRACE(data);
    const StreamDelta delta = delta_of(data);
    EXPECT_EQ(delta.content + delta.reasoning + delta.finish_reason, "");
    EXPECT_FALSE(delta.usage);
  }
}

TEST(CompletionStream, NamesWhatIsWrongWithAnEvent) {
  EXPECT_EQ(failure_of(R"({"error":{"message":"overloaded","code":529}})"), "llm_error_in_stream");
  EXPECT_EQ(failure_of(R"({"error":"overloaded"})"), "llm_error_in_stream");
  EXPECT_EQ(failure_of(R"({"error":{"message":"x"},"choices":[{"delta":{"content":"a"}}]})"),
            "llm_error_in_stream");
  EXPECT_EQ(failure_of(R"({"choices":[{"delta":{"content":"a)"), "llm_bad_json");
  EXPECT_EQ(failure_of("[DONE"), "llm_bad_json");
  EXPECT_EQ(failure_of("<html>\xFF"), "llm_bad_json");
  EXPECT_EQ(failure_of("[]"), "llm_bad_shape");
  EXPECT_EQ(failure_of("null"), "llm_bad_shape");
  EXPECT_EQ(failure_of(chunk_with(R"({"delta":{"content":7}})")), "llm_bad_shape");
  EXPECT_EQ(read_stream_delta(R"({"error":{}})").error().code, ErrorCode::upstream_error);
  EXPECT_EQ(read_stream_delta("{").error().code, ErrorCode::upstream_bad_response);
}

TEST(CompletionStream, NoWordOfTheServerIsInAnError) {
  const Result<StreamDelta> delta = read_stream_delta(R"({"error":{"message":"key sk-1"}})");
  ASSERT_FALSE(delta.ok());
  EXPECT_EQ((delta.error().message + delta.error().detail).find("sk-1"), std::string::npos);
}

TEST(CompletionStream, DamagedUtf8ReadsAsReplacementCharacters) {
  EXPECT_EQ(delta_of(chunk_with("{\"delta\":{\"content\":\"a\xFF猫\xC3\"}}")).content,
            "a\uFFFD猫\uFFFD");
  EXPECT_EQ(delta_of(chunk_with("{\"delta\":{\"content\":\"\uFFFD\"}}")).content, "\uFFFD");
}

TEST(CompletionStream, HalvesOfACharacterThatIsCutBetweenEvents) {
  for (const auto& [escaped, text] : std::map<std::string, std::string>{
           {R"(a \ud83d)", "a \uFFFD"},
           {R"(\uDE00 b)", "\uFFFD b"},
           {R"(\ud83d\ud83d\ude00\ude00)", "\uFFFD\U0001F600\uFFFD"},
           {R"(\ud83d\n\"\u0041)", "\uFFFD\n\"A"},
           {R"(\ud83d\\ude00)", "\uFFFD\\ude00"},
           {R"(\\ud83d \ud83d)", "\\ud83d \uFFFD"},
       }) {
    const std::string delta = R"({"delta":{"content":")" + escaped + R"("}})";
    EXPECT_EQ(delta_of(chunk_with(delta)).content, text) << escaped;
  }
  for (const char* damaged : {R"(\ud83d\u)", R"(\ud83d\x)", R"(\ud83d\u12g4)", R"(\)"}) {
    const std::string delta = R"({"delta":{"content":")" + std::string(damaged) + R"("}})";
    EXPECT_EQ(failure_of(chunk_with(delta)), "llm_bad_json") << damaged;
  }
}

TEST(CompletionStream, KnowsItsLastEvent) {
  EXPECT_TRUE(ends_stream("[DONE]"));
  EXPECT_TRUE(ends_stream(" [DONE] "));
  for (const char* data : {"", "[DONE", "[done]", "{}", "\"[DONE]\"", "[DONE][DONE]"}) {
    EXPECT_FALSE(ends_stream(data)) << data;
  }
}

/// A whole answer as it comes over the wire, cut at each place.
TEST(CompletionStream, AnAnswerIsTheSameAtEverySplit) {
  const std::string_view text =
      ": PROCESSING\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"reasoning\":\"plan 猫\"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\"a 🐈\"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\" on a "
      "roof\"},\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}\n\n"
      "data: [DONE]";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    sse::Decoder decoder;
    StreamDelta all;
    for (const std::string_view part : {text.substr(0, cut), text.substr(cut)}) {
      decoder.push(Bytes::copy_of(part));
      for (;;) {
        const Result<std::optional<sse::Event>> event = decoder.next();
        ASSERT_TRUE(event.ok());
        if (!*event) break;
        const StreamDelta delta = delta_of((*event)->data);
        all.content += delta.content;
        all.reasoning += delta.reasoning;
        all.finish_reason += delta.finish_reason;
        if (delta.usage) all.usage = delta.usage;
      }
    }
    EXPECT_EQ(all.content, "a 🐈 on a roof");
    EXPECT_EQ(all.reasoning, "plan 猫");
    EXPECT_EQ(all.finish_reason, "stop");
    ASSERT_TRUE(all.usage);
    EXPECT_EQ(all.usage->completion_token_count, 5);
    EXPECT_TRUE(ends_stream(decoder.finish()));
  }
}

}  // namespace
}  // namespace fluxgate
