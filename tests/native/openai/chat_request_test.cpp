// What is read from a chat request.
#include "openai/chat_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "openai/picture_fields.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

using nlohmann::json;

json message(const char* role, json content) {
  return {{"role", role}, {"content", std::move(content)}};
}

json body_with(json messages) {
  return {{"model", "flux"}, {"messages", std::move(messages)}};
}

/// A good request with one more field.
json body_with(const char* field, json value) {
  json body = body_with(json::array({message("user", "a cat")}));
  body[field] = std::move(value);
  return body;
}

/// json("2") would be a string, not the number that a test means to write.
json parsed(std::string_view text) {
  return json::parse(text, nullptr, false);
}

Result<std::unique_ptr<ChatRequest>> read(const json& body) {
  Bytes bytes = Bytes::copy_of(body.dump());
  return read_chat_request(bytes);
}

ChatRequest accepted(const json& body) {
  Result<std::unique_ptr<ChatRequest>> request = read(body);
  EXPECT_TRUE(request.ok()) << body.dump().substr(0, 300);
  return request ? std::move(**request) : ChatRequest();
}

/// "code param: message" of the refusal; "" when there is none.
std::string refusal(const json& body) {
  const Result<std::unique_ptr<ChatRequest>> request = read(body);
  if (request) return "";
  const Error& error = request.error();
  return std::string(error_code_name(error.code)) + ' ' + error.param + ": " + error.message;
}

const char* const kOddValues[] = {"5",      "-1", "0.5", "1e300", "true",       "false", R"("")",
                                  R"("x")", "[]", "[1]", "{}",    R"({"a":1})", "null"};

TEST(ChatRequest, KnowsAPictureInTheLastMessageOfTheUser) {
  const char* const parts[] = {
      R"({"type":"image_url","image_url":{"url":"https://a.example/b.png"}})",
      R"({"type":"image_url","image_url":"data:image/png;base64,AAAA"})",
      R"({"type":"image_url"})",
      R"({"type":"input_image","image_url":"x"})",
      R"({"type":"input_image","file_id":"file-1"})",
      R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}})",
      R"({"type":"image","image":"x"})",
      R"({"type":"file","file":{"filename":"Cat.JPG","file_data":"DATA:image/jpeg;base64,AAAA"}})",
      R"({"type":"file","file":{"file_data":"data:image/webp;base64,AAAA"}})",
      R"({"type":"file","mediaType":"image/png","data":"AAAA"})",
      R"({"type":"input_file","file_data":"data:image/png;base64,AAAA"})",
  };
  for (const char* part : parts) {
    const json content = json::array({{{"type", "text"}, {"text", "a cat"}}, parsed(part)});
    const ChatRequest request = accepted(body_with(json::array({message("user", content)})));
    EXPECT_FALSE(request.pictures.empty()) << part;
    EXPECT_EQ(request.idea, "a cat");
    // Only the last message of the user counts, and only the user's.
    for (const char* role : {"user", "assistant", "system"}) {
      const json messages = json::array({message(role, content), message("user", "a cat")});
      EXPECT_TRUE(accepted(body_with(messages)).pictures.empty()) << part;
    }
    const json messages = json::array({message("user", content), message("assistant", "x")});
    EXPECT_FALSE(accepted(body_with(messages)).pictures.empty()) << part;
  }
  for (const char* part :
       {R"({"type":"input_audio","input_audio":{}})", R"({"type":"file","file":{"file_id":"x"}})",
        R"({"type":"file","file":{"filename":"png","file_data":"data:application/pdf;base64,AA"}})",
        R"({"type":"video_url"})", R"({"type":"file","file":"a.png"})"}) {
    const json content = json::array({{{"type", "text"}, {"text", "a cat"}}, parsed(part)});
    EXPECT_TRUE(accepted(body_with(json::array({message("user", content)}))).pictures.empty())
        << part;
  }
  json with_images = message("user", "a cat");
  with_images["images"] = json::array({"AAAA"});
  EXPECT_FALSE(accepted(body_with(json::array({with_images}))).pictures.empty());
  for (const char* none : {"[]", "null", "7", R"("x")", "{}"}) {
    with_images["images"] = parsed(none);
    EXPECT_TRUE(accepted(body_with(json::array({with_images}))).pictures.empty()) << none;
  }
}

TEST(ChatRequest, TakesPicturesInMarkdownOutOfTheIdea) {
  const std::string picture = "![cat](data:image/png;base64,iVBORw0KGgo=)";
  const json content = json::array({{{"type", "text"}, {"text", "a cat " + picture}}});
  const ChatRequest request = accepted(body_with(json::array({message("user", content)})));
  EXPECT_FALSE(request.pictures.empty());
  EXPECT_EQ(request.idea, "a cat");
  EXPECT_EQ(request.pictures[0], "data:image/png;base64,iVBORw0KGgo=");
  EXPECT_TRUE(accepted(body_with(json::array({message("user", picture), message("user", "a cat")})))
                  .pictures.empty());
}

TEST(ChatRequest, GivesFirstAndLastIdeaAndLastMessage) {
  const ChatRequest request = accepted(body_with(json::array({
      message("system", "Be brief."),
      message("user", "a cat"),
      message("assistant", "a picture"),
      message("user", json::array({{{"type", "text"}, {"text", "now"}},
                                   {{"type", "image_url"}, {"image_url", {{"url", "x"}}}},
                                   {{"type", "input_text"}, {"text", "red"}}})),
  })));
  EXPECT_EQ(request.first_idea, "a cat");
  EXPECT_EQ(request.idea, "now\nred");
  EXPECT_EQ(request.last_role, "user");
  EXPECT_EQ(request.last_text, "now\nred");
  EXPECT_EQ(request.style_wishes, "Be brief.");
}

TEST(ChatRequest, TheLastMessageNeedNotBeTheUsers) {
  const ChatRequest request = accepted(body_with(json::array(
      {message("user", "a cat"), message("user", "a dog"), message("system", "Summarise.")})));
  EXPECT_EQ(request.first_idea, "a cat");
  EXPECT_EQ(request.idea, "a dog");
  EXPECT_EQ(request.last_role, "system");
  EXPECT_EQ(request.last_text, "Summarise.");
}

TEST(ChatRequest, OfTheLastMessageOnlyTheUsersMustBeWellFormed) {
  const json bad = json::array({{{"text", "no type"}}});
  for (const char* role : {"assistant", "tool", "anything"}) {
    const ChatRequest request =
        accepted(body_with(json::array({message("user", "a cat"), message(role, bad)})));
    EXPECT_EQ(request.idea, "a cat");
    EXPECT_EQ(request.last_role, role);
    EXPECT_EQ(request.last_text, "");
  }
  EXPECT_NE(refusal(body_with(json::array({message("user", bad)}))), "");
  EXPECT_NE(refusal(body_with(json::array({message("user", "a cat"), message("system", bad)}))),
            "");
}

TEST(ChatRequest, TheFirstIdeaMayBeIllFormedOrLong) {
  EXPECT_EQ(accepted(body_with(json::array({message("user", 5), message("user", "x")}))).first_idea,
            "");
  std::string cats;
  while (cats.size() <= kMaxFirstIdeaBytes) cats += "猫";
  const ChatRequest request = accepted(body_with(json::array({message("user", cats)})));
  EXPECT_EQ(request.idea, cats);
  EXPECT_EQ(request.last_text, cats);
  EXPECT_EQ(request.first_idea, cats.substr(0, kMaxFirstIdeaBytes / 3 * 3));
}

TEST(ChatRequest, TheLastPromptStandsInAnswersAsAStringOrInParts) {
  const auto last_prompt = [](json answer) {
    return accepted(body_with(json::array({message("user", "a cat"), message("assistant", answer),
                                           message("user", "make it blue")})))
        .last_prompt;
  };
  const char* const answer = "![Image](x)\n\nOptimized prompt: a tabby cat";
  EXPECT_EQ(last_prompt(answer), "a tabby cat");
  EXPECT_EQ(last_prompt(json::array({{{"type", "text"}, {"text", answer}}})), "a tabby cat");
  EXPECT_EQ(last_prompt(json::array({{{"type", "reasoning"}, {"reasoning", "hm"}},
                                     {{"type", "output_text"}, {"text", answer}},
                                     {{"type", "text"}, {"text", "Here it is."}}})),
            "a tabby cat");
  for (const char* odd : kOddValues) {
    EXPECT_EQ(last_prompt(json::array({parsed(odd), {{"type", "text"}, {"text", parsed(odd)}}})),
              "")
        << odd;
  }
}

TEST(ChatRequest, StreamIsTrueFalseOrNothing) {
  EXPECT_TRUE(accepted(body_with("stream", true)).streams);
  EXPECT_FALSE(accepted(body_with("stream", false)).streams);
  EXPECT_FALSE(accepted(body_with("stream", nullptr)).streams);
  EXPECT_FALSE(accepted(body_with("user", "me")).streams);
  for (const char* value : {"1", R"("true")", "[]", "{}"}) {
    EXPECT_EQ(refusal(body_with("stream", parsed(value))),
              "invalid_parameters stream: stream must be true or false.");
  }
}

TEST(ChatRequest, OnlyTrueAsksForUsage) {
  EXPECT_EQ(accepted(body_with("stream_options", {{"include_usage", true}})).usage_chunk,
            UsageChunk::included);
  EXPECT_EQ(accepted(body_with("stream_options", {{"include_usage", false}})).usage_chunk,
            UsageChunk::left_out);
  for (const char* value : kOddValues) {
    EXPECT_EQ(accepted(body_with("stream_options", parsed(value))).usage_chunk,
              UsageChunk::left_out);
  }
  EXPECT_EQ(accepted(body_with("stream_options", {{"include_usage", 1}})).usage_chunk,
            UsageChunk::left_out);
}

std::string text_field(const char* field, std::string_view value) {
  return accepted(body_with(field, parsed(value))).text_field;
}

TEST(ChatRequest, ADemandForTextIsNamed) {
  for (const char* value : {R"("required")", R"({"type":"function","function":{"name":"f"}})",
                            R"({"type":"custom","custom":{"name":"f"}})",
                            R"({"type":"allowed_tools","allowed_tools":{"mode":"required"}})"}) {
    EXPECT_EQ(text_field("tool_choice", value), "tool_choice") << value;
  }
  EXPECT_EQ(text_field("function_call", R"({"name":"f"})"), "function_call");
  EXPECT_EQ(text_field("response_format", R"({"type":"json_object"})"), "response_format");
  EXPECT_EQ(text_field("response_format", R"({"type":"json_schema","json_schema":{}})"),
            "response_format");
}

TEST(ChatRequest, AnOfferIsNoDemand) {
  for (const char* value :
       {R"("auto")", R"("none")", "null", "true", "5", "[]", R"(["required"])", R"("Required")",
        R"({"type":"auto"})", R"({"type":"none"})", R"({"type":"allowed_tools"})",
        R"({"type":"allowed_tools","mode":"required"})",
        R"({"type":"allowed_tools","allowed_tools":{"mode":"auto"}})"}) {
    EXPECT_EQ(text_field("tool_choice", value), "") << value;
  }
  EXPECT_EQ(text_field("function_call", R"("auto")"), "");
  EXPECT_EQ(text_field("tools", R"([{"type":"function","function":{"name":"f"}}])"), "");
  for (const char* value :
       {R"({"type":"text"})", R"("json_object")", "{}", "[]", R"({"type":1})"}) {
    EXPECT_EQ(text_field("response_format", value), "") << value;
  }
}

TEST(ChatRequest, ADemandForTextNeedsNoUser) {
  json body =
      body_with(json::array({message("assistant", nullptr), message("tool", "12 degrees")}));
  EXPECT_EQ(refusal(body),
            "invalid_parameters messages: messages holds no message of the role user.");
  body["tool_choice"] = "required";
  const ChatRequest request = accepted(body);
  EXPECT_EQ(request.text_field, "tool_choice");
  EXPECT_EQ(request.idea, "");
  EXPECT_EQ(request.first_idea, "");
  EXPECT_EQ(request.last_role, "tool");
  EXPECT_EQ(request.last_text, "12 degrees");
  body["messages"] = json::array();
  EXPECT_NE(refusal(body), "");
}

TEST(ChatRequest, SizeFieldsAreGivenAsWritten) {
  EXPECT_EQ(accepted(body_with("size", " 1024X768 ")).picture.size, " 1024X768 ");
  EXPECT_EQ(accepted(body_with("aspect_ratio", "16:9")).picture.aspect_ratio, "16:9");
  EXPECT_EQ(accepted(body_with("size", std::string(65, '1'))).picture.size, "");
  for (const char* value : kOddValues) {
    if (value[0] == '"') continue;
    EXPECT_EQ(accepted(body_with("size", parsed(value))).picture.size, "") << value;
    EXPECT_EQ(accepted(body_with("aspect_ratio", parsed(value))).picture.aspect_ratio, "") << value;
  }
}

std::optional<std::uint32_t> seed(std::string_view value) {
  return accepted(body_with("seed", parsed(value))).picture.seed;
}

TEST(ChatRequest, ASeedIsA32BitNumber) {
  EXPECT_EQ(seed("0"), 0u);
  EXPECT_EQ(seed("4294967295"), 4'294'967'295u);
  EXPECT_EQ(seed(R"("4294967295")"), 4'294'967'295u);
  EXPECT_EQ(seed(R"("007")"), 7u);
  for (const char* value :
       {"-1", "4294967296", "18446744073709551616", "7.0", "1e3", "null", "true", R"("")",
        R"("-1")", R"("7 ")", R"("4294967296")", R"("x")", "[7]", "{}"}) {
    EXPECT_EQ(seed(value), std::nullopt) << value;
  }
}

TEST(ChatRequest, ANegativePromptIsTrimmedAndCut) {
  EXPECT_EQ(accepted(body_with("negative_prompt", " \n text, frames\t")).picture.negative_prompt,
            "text, frames");
  std::string cats = "x";
  while (cats.size() <= kMaxNegativePromptBytes) cats += "猫";
  EXPECT_EQ(accepted(body_with("negative_prompt", cats)).picture.negative_prompt,
            cats.substr(0, 1999));
  for (const char* value : {"5", "null", "[\"text\"]", "{}", "true"}) {
    EXPECT_EQ(accepted(body_with("negative_prompt", parsed(value))).picture.negative_prompt, "")
        << value;
  }
}

TEST(ChatRequest, OneToFourPicturesCanBeAskedFor) {
  EXPECT_EQ(accepted(body_with("user", "me")).picture_count, 1u);
  EXPECT_EQ(accepted(body_with("n", nullptr)).picture_count, 1u);
  for (std::uint32_t n = 1; n <= kMaxPicturesAtOnce; ++n) {
    EXPECT_EQ(accepted(body_with("n", n)).picture_count, n);
  }
  for (const char* value : {"0", "5", "-1", "4294967297", "18446744073709551615", "1.5", "true",
                            R"("2")", "[]", "{}"}) {
    EXPECT_EQ(refusal(body_with("n", parsed(value))),
              "invalid_parameters n: n must be an integer from 1 to 4.")
        << value;
  }
}

TEST(ChatRequest, WhatIsNotGivenIsEmpty) {
  const ChatRequest request = accepted(body_with("temperature", 1));
  EXPECT_EQ(request.model, "flux");
  EXPECT_EQ(request.text_field + request.picture.size + request.picture.aspect_ratio +
                request.picture.negative_prompt,
            "");
  EXPECT_EQ(request.picture.seed, std::nullopt);
  EXPECT_EQ(request.usage_chunk, UsageChunk::left_out);
}

}  // namespace
}  // namespace fluxgate
