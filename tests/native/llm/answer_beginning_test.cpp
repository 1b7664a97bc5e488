#include "llm/answer_beginning.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace fluxgate {
namespace {

using enum AnswerBeginning;

TEST(AnswerBeginning, WholeTexts) {
  for (const char* text : {R"({"error":{"message":"no"}})", R"( { "error" : "no" } )",
                           R"({"object":"error","error":{}})", "{\"error\":\"cut off",
                           "data: {\"error\":{\"message\":\"no\"}}\n\n",
                           ": comment\n\nevent: error\r\ndata:{\"error\":1}\r\n\r\n",
                           "\xEF\xBB\xBF{\"error\":true}"}) {
    EXPECT_EQ(judge_answer_beginning(text), error) << text;
  }
  for (const char* text :
       {"{}", R"({"id":"x","choices":[]})", R"({"id":"cut o)", R"({"error":null,"choices":[]})",
        R"({"error":null,"choices":[{"cut)", R"({"errors":[]})", "data: [DONE]\n",
        "data: {\"choices\":[]}\n\n", "id: 7\nretry: 10\ndata: {\"error\":null}\n",
        "data: anything\n", "id\ndata\nx-meta: 1\ndata: {}\n"}) {
    EXPECT_EQ(judge_answer_beginning(text), good) << text;
  }
  for (const char* text : {"",
                           " \n",
                           "{",
                           "{ \"err",
                           R"({"error")",
                           R"({"error" : )",
                           "d",
                           "data",
                           "data: {\"error\":",
                           ":",
                           ": comment",
                           ": comment\n\n",
                           "event: x\n",
                           "re",
                           "null",
                           "dates",
                           "error\n",
                           "id\n",
                           "x-meta: 1\n",
                           "\xEF",
                           "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF "}) {
    EXPECT_EQ(judge_answer_beginning(text), unclear) << text;
  }
  for (const char* text : {"<html>", "upstream connect error", "[]", "\"x\"", "\xEF\xBB<",
                           ": comment\n\n{\"error\":1}"}) {
    EXPECT_EQ(judge_answer_beginning(text), foreign) << text;
  }
}

TEST(AnswerBeginning, AnErrorInFrontIsSeenHoweverItIsCut) {
  for (const std::string_view text :
       {std::string_view("{\"error\":{\"message\":\"no\"}}"),
        std::string_view(": a comment\n\ndata: {\"error\":{\"message\":\"no\"}}\n\n")}) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const AnswerBeginning seen = judge_answer_beginning(text.substr(0, size));
      EXPECT_TRUE(seen == unclear || seen == error) << text.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace fluxgate
