// Reading the events of a stream by what the ones before had in common.
#include "llm/stream_delta_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {
namespace {

/// What a reader makes of an event, in one line.
std::string described(const Result<StreamDelta>& delta) {
  if (!delta) return "error " + delta.error().detail;
  return "content=" + delta->content + " reasoning=" + delta->reasoning +
         " finish=" + delta->finish_reason +
         (delta->usage ? " usage=" + std::to_string(delta->usage->completion_token_count) : "");
}

/// Reads all events with one reader and each by itself; both must say the same of each.
void expect_same(const std::vector<std::string>& events) {
  StreamDeltaReader reader;
  for (const std::string& event : events) {
    EXPECT_EQ(described(reader.read(event)), described(read_stream_delta(event))) << event;
  }
}

/// `fields` stand in the delta, `rest` behind the choices.
std::string chunk(std::string_view fields, std::string_view rest = "") {
  return std::string(R"({"id":"c","choices":[{"index":0,"delta":{)")
      .append(fields)
      .append(R"(},"finish_reason":null}])")
      .append(rest)
      .append("}");
}

/// Texts that follow each other: plain, escaped, damaged, and such as stand elsewhere in the event.
const std::vector<std::string> kTexts = {
    "The",          " roof",   "",    "id", "content",          "c",    "0",        " is",
    "\\n",          "\\u00e9", "é",   "画", "\xF0\x9F\x90\x88", "\xC3", "\xE7\x94", "a\"b",
    "a\"},{\"x",    "\\",      "a\\", "\t", "another text",     "null", "}",        "\x7F",
    "\xEF\xBF\xBD", "stop",    " red"};

TEST(StreamDeltaReader, ReadsEveryEventAsIfItWereTheOnlyOne) {
  const std::vector<std::string> fields = {R"("content":)",
                                           R"("reasoning_content":)",
                                           R"("reasoning":)",
                                           R"("role":"assistant","content":)",
                                           R"("content":"","reasoning_content":)",
                                           R"("reasoning_content":null,"content":)"};
  for (const std::string& field : fields) {
    std::vector<std::string> events;
    for (const std::string& text : kTexts) events.push_back(chunk(field + "\"" + text + "\""));
    expect_same(events);
  }
}

TEST(StreamDeltaReader, TextThatStandsTwice) {
  expect_same({chunk(R"("reasoning_content":"x","reasoning":"x")"),
               chunk(R"("reasoning_content":"y","reasoning":"x")"),
               chunk(R"("reasoning_content":"x","reasoning":"y")")});
  expect_same({chunk(R"("reasoning_content":"x","reasoning":"z")"),
               chunk(R"("reasoning_content":"","reasoning":"z")")});
  expect_same({chunk(R"("content":"another\u0020text","content":"\u0063ontent")"),
               chunk(R"("content":"another\u0020text","other":"\u0063ontent")"),
               chunk(R"("content":"content")"), chunk(R"("other":"content")")});
  expect_same({chunk(R"("content":"x","name":"x")"), chunk(R"("content":"x","name":"y")"),
               chunk(R"("content":"y","name":"x")")});
  expect_same({chunk(R"("content":"content")"), chunk(R"("content":"other")"),
               chunk(R"("other":"content")")});
  expect_same({chunk(R"("content":"a","content":"b")"), chunk(R"("content":"a","content":"c")"),
               chunk(R"("content":"c","content":"b")")});
  expect_same({chunk(R"("content":[{"text":"a"},{"text":""}])"),
               chunk(R"("content":[{"text":"b"},{"text":""}])"),
               chunk(R"("content":[{"text":"b"},{"text":"c"}])")});
}

TEST(StreamDeltaReader, WhatFollowsIsNotTakenForMoreText) {
  const std::string error = R"({"error":{"message":"x"},"choices":[{"delta":{"content":"a"}}]})";
  expect_same({chunk(R"("content":"a")"), chunk(R"("content":"b")"), error,
               chunk(R"("content":"c")", R"(,"usage":{"prompt_tokens":1,"completion_tokens":2})"),
               chunk(R"("content":"d")", R"(,"error":{"message":"no"})"), "", " ", "[DONE]", "{",
               R"({"choices":[{"index":0,"delta":{"content":"e"},"finish_reason":"stop"}]})",
               chunk(R"("content":7)"), chunk(R"("content":"f")"), chunk(R"("content":"f")") + " ",
               chunk(R"("content":"g")").substr(1), chunk(R"("content":"g")") + "}"});
}

TEST(StreamDeltaReader, EventsThatDifferElsewhere) {
  std::vector<std::string> events;
  for (int i = 0; i < 40; ++i) {
    events.push_back(chunk(R"("content":"w)" + std::to_string(i % 7) + "\"",
                           R"(,"created":)" + std::to_string(i)));
  }
  expect_same(events);
}

/// Cuts and joins of what streams are made of, always the same ones.
TEST(StreamDeltaReader, RandomStreams) {
  const std::vector<std::string> parts = {R"({"choices":[{"delta":{"content":")",
                                          R"("}}]})",
                                          R"("},"finish_reason":null}]})",
                                          R"({"choices":[{"delta":{"reasoning":")",
                                          R"(","reasoning":")",
                                          R"(","content":")",
                                          "\"",
                                          "\\",
                                          "{",
                                          "}",
                                          ",",
                                          "x",
                                          "画",
                                          "\xE7",
                                          R"({"error":1})",
                                          R"("usage":{"completion_tokens":3})"};
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> events;
    std::string frame[3] = {parts[random() % 6], "", parts[1 + random() % 5]};
    for (int i = 0; i < 6; ++i) {
      if (random() % 4 == 0) frame[random() % 3] = parts[random() % parts.size()];
      frame[1] =
          random() % 3 == 0 ? parts[random() % parts.size()] : kTexts[random() % kTexts.size()];
      events.push_back(frame[0] + frame[1] + frame[2]);
    }
    expect_same(events);
  }
}

}  // namespace
}  // namespace fluxgate
