#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "chore/answer.h"
#include "chore/signs.h"

namespace fluxgate {
namespace {

std::string name_of(ChoreKind kind) {
  switch (kind) {
    case ChoreKind::none: return "none";
    case ChoreKind::title: return "title";
    case ChoreKind::tags: return "tags";
    case ChoreKind::follow_ups: return "follow_ups";
    case ChoreKind::queries: return "queries";
    case ChoreKind::autocomplete: return "autocomplete";
    case ChoreKind::image_prompt: return "image_prompt";
    case ChoreKind::emoji: return "emoji";
    case ChoreKind::tool_calls: return "tool_calls";
    case ChoreKind::summary: return "summary";
    case ChoreKind::small_talk: return "small_talk";
    case ChoreKind::other: return "other";
  }
  return "?";
}

std::string title_of(const std::string& idea) {
  const ChoreAnswer answer = answer_chore_by_rules({ChoreKind::title, ChoreForm::json}, idea);
  EXPECT_EQ(answer.json_key, "title");
  EXPECT_FALSE(answer.is_list);
  return answer.text;
}

/// The signs in a chat, as openai/chat_request.cpp reads them.
Chore chore_in(const nlohmann::json& messages) {
  std::string wishes;
  ChoreSigns signs{};
  signs.has_user = false;
  for (const auto& message : messages) {
    const std::string role = message["role"].get<std::string>();
    if (role == "system" && !signs.has_user) {
      if (!wishes.empty()) wishes += '\n';
      wishes += message["content"].get<std::string>();
    }
    signs.has_user = signs.has_user || role == "user";
    signs.has_answer = signs.has_answer || role == "assistant";
  }
  const std::string role = messages.back()["role"].get<std::string>();
  const std::string text = messages.back()["content"].get<std::string>();
  signs.last_role = role;
  signs.last_text = text;
  signs.system_text = wishes;
  return recognise_chore(signs);
}

TEST(ChoreSignsTest, AMessageThatAsksForAPictureIsNoChore) {
  const auto kind = [](ChoreSigns signs) {
    signs.asks_for_picture = true;
    return recognise_chore(signs).kind;
  };
  EXPECT_EQ(kind({"user", "hi", ""}), ChoreKind::none);
  EXPECT_EQ(kind({"user", "Summarize the conversation in one sentence.", ""}), ChoreKind::none);
  EXPECT_EQ(kind({"user", "a cat", "title_generation"}), ChoreKind::title);
  // To the order of a system message all messages are data.
  const std::string_view order =
      "Give the user's first message a title of at most five words. Answer with the title alone.";
  EXPECT_EQ(kind({"user", "a cat", "", order}), ChoreKind::title);
  EXPECT_EQ(kind({"system", order, "", "", true, true}), ChoreKind::title);
}

TEST(ChoreSignsTest, TellsOrdersForTextFromIdeas) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/chore/ours_orders.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  int orders = 0;
  int ideas = 0;
  for (const auto& test : vectors["cases"]) {
    const std::string name = test["name"].get<std::string>();
    SCOPED_TRACE(name);
    const bool is_order = name.front() == 'y';
    EXPECT_EQ(static_cast<bool>(chore_in(test["messages"])), is_order);
    ++(is_order ? orders : ideas);
  }
  EXPECT_GE(orders, 250);
  EXPECT_GE(ideas, 300);
}

TEST(ChoreSignsTest, TellsChoresFromPictures) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/chore/ours_chores.json");
  const nlohmann::json vectors = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(vectors.contains("cases"));
  int chores = 0;
  int pictures = 0;
  for (const auto& test : vectors["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const auto& in = test["in"];
    const std::string role = in["role"].get<std::string>();
    const std::string text = in["text"].get<std::string>();
    const std::string header = in.value("header", "");
    const Chore chore = recognise_chore({role, text, header});
    const auto& out = test["out"];
    EXPECT_EQ(name_of(chore.kind), out["kind"].get<std::string>());
    EXPECT_EQ(chore.form == ChoreForm::json, out.value("form", "text") == "json");
    if (out.contains("idea")) {
      EXPECT_EQ(find_quoted_idea(chore, text), out["idea"].get<std::string>());
    }
    ++(chore ? chores : pictures);
  }
  EXPECT_GE(chores, 40);
  EXPECT_GE(pictures, 40);
}

TEST(ChoreSignsTest, TakesLinearTime) {
  for (const std::string unit : {"\"", "\"title", "\"title\"", "\"text\": ", "<chat_history>",
                                 "</chat_history>", "\n", "\nUSER: ", "\nQuery: ", "JSON ",
                                 "||>User:", "||>Title:", "### Task:", "\"title\"  ", " "}) {
    for (const std::string head : {"### Task:\n", "Query: History:\n", "", "\n||>User:"}) {
      std::string text = head;
      while (text.size() < 1'000'000) text += unit;
      const auto start = std::chrono::steady_clock::now();
      const Chore chore = recognise_chore({"system", text, ""});
      const std::string_view idea = find_quoted_idea(chore, text);
      answer_chore_by_rules({ChoreKind::title, ChoreForm::text}, idea);
      const auto spent = std::chrono::steady_clock::now() - start;
      // Some 10 ms as built for release; the limit leaves room for sanitizers and busy machines.
      EXPECT_LT(std::chrono::duration<double>(spent).count(), 1.5) << head << " and " << unit;
    }
  }
}

TEST(ChoreAnswerTest, MakesATitleOfTheFirstWords) {
  EXPECT_EQ(title_of("a cat"), "A cat");
  EXPECT_EQ(title_of("a red fox in the deep snow at dawn"), "A red fox in the");
  EXPECT_EQ(title_of("please draw me a picture of a red fox, in snow"), "A red fox");
  EXPECT_EQ(title_of("a cat --ar 16:9 --seed 4 --no dogs"), "A cat");
  EXPECT_EQ(title_of("a cat.\nA dog."), "A cat");
  EXPECT_EQ(title_of("3.5 cats"), "3.5 cats");
  EXPECT_EQ(title_of("ein Bär"), "Ein Bär");
  EXPECT_EQ(title_of("请画一只红色的狐狸，在雪地里"), "一只红色的狐狸");
}

TEST(ChoreAnswerTest, KeepsATitleShortAndWhole) {
  EXPECT_EQ(title_of("Donaudampfschifffahrtsgesellschaft Kapitänsmützenabzeichen blau"),
            "Donaudampfschifffahrtsgesellschaft");
  std::string chinese;
  for (int i = 0; i < 100; ++i) chinese += "狐";
  EXPECT_EQ(title_of(chinese).size(), 48u);
  EXPECT_EQ(title_of(std::string(5000, 'a')).size(), 48u);
}

TEST(ChoreAnswerTest, FindsATitleWhenTheIdeaHoldsNothing) {
  for (const char* idea : {"", "  ", "16:9", "--raw", "...", "，", "\x01"}) {
    EXPECT_EQ(title_of(idea), "Image") << idea;
  }
}

TEST(ChoreAnswerTest, GivesEachChoreItsShape) {
  struct Shape {
    ChoreKind kind;
    const char* key;
    bool is_list;
    const char* text;
  };
  for (const Shape& shape : {
           Shape{ChoreKind::tags, "tags", true, "image"},
           Shape{ChoreKind::follow_ups, "follow_ups", true, ""},
           Shape{ChoreKind::queries, "queries", true, ""},
           Shape{ChoreKind::tool_calls, "tool_calls", true, ""},
           Shape{ChoreKind::autocomplete, "text", false, ""},
           Shape{ChoreKind::image_prompt, "prompt", false, "a cat on a mat"},
       }) {
    SCOPED_TRACE(shape.key);
    const ChoreAnswer json =
        answer_chore_by_rules({shape.kind, ChoreForm::json}, "a cat\non a mat --seed 1");
    EXPECT_EQ(json.json_key, shape.key);
    EXPECT_EQ(json.is_list, shape.is_list);
    EXPECT_EQ(json.text, shape.text);
    const ChoreAnswer text =
        answer_chore_by_rules({shape.kind, ChoreForm::text}, "a cat\non a mat");
    EXPECT_EQ(text.json_key, "");
    EXPECT_FALSE(text.is_list);
    EXPECT_EQ(text.text, shape.text);
  }
}

TEST(ChoreAnswerTest, AnswersTheRestInPlainText) {
  EXPECT_EQ(answer_chore_by_rules({ChoreKind::summary, ChoreForm::text}, "a\ncat 16:9").text,
            "a cat");
  EXPECT_EQ(answer_chore_by_rules({ChoreKind::emoji, ChoreForm::text}, "a cat").text, "🎨");
  EXPECT_EQ(answer_chore_by_rules({ChoreKind::other, ChoreForm::text}, "a cat").text, "");
  EXPECT_EQ(answer_chore_by_rules({ChoreKind::none, ChoreForm::text}, "a cat").text, "");
}

TEST(ChoreAnswerTest, QuotesNoIdeaWhereNoneIs) {
  const Chore title{ChoreKind::title, ChoreForm::json};
  for (const char* text : {"", "a cat", "<chat_history>", "<chat_history>\n</chat_history>",
                           "</chat_history>", "<chat_history>\nUSER: \n</chat_history>", "||>User:",
                           "\nUser: ", "<chat_history>\nASSISTANT: hi\n</chat_history>"}) {
    EXPECT_EQ(find_quoted_idea(title, text), "") << text;
  }
  EXPECT_EQ(find_quoted_idea(title, "<chat_history>\nUSER: \""), "\"");
}

}  // namespace
}  // namespace fluxgate
