// The two system prompts are data; their examples must keep the rules that they teach.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../answer/split_thinking.h"
#include "answer/turn.h"
#include "prompt/clean_up.h"

namespace fluxgate {
namespace {

std::string read_template(const std::string& name) {
  std::ifstream file(std::string(FLUXGATE_VECTORS_DIR) + "/../../src/prompt/templates/" + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Example {
  std::string idea;
  std::string answer;
};

std::string between(const std::string& text, std::size_t begin, std::size_t end) {
  while (end > begin && text[end - 1] == '\n') --end;
  return text.substr(begin, end - begin);
}

std::vector<Example> examples_of(const std::string& text) {
  const std::string idea_mark = "\nUser message:\n";
  const std::string answer_mark = "\nYour answer:\n";
  std::vector<Example> examples;
  std::size_t at = text.find(idea_mark);
  while (at != std::string::npos) {
    const std::size_t idea = at + idea_mark.size();
    const std::size_t answer = text.find(answer_mark, idea);
    if (answer == std::string::npos) break;
    at = text.find(idea_mark, answer);
    const std::size_t end = at == std::string::npos ? text.size() : at;
    examples.push_back(
        {between(text, idea, answer), between(text, answer + answer_mark.size(), end)});
  }
  return examples;
}

void expect_good_prompt(const std::string& prompt) {
  EXPECT_GE(count_words(prompt), 30u);
  EXPECT_LE(count_words(prompt), 40u);
  EXPECT_EQ(clean_prompt(prompt), prompt);
  EXPECT_EQ(prompt.find_first_of(".;:!?\n"), std::string::npos);
  std::size_t phrases = 1;
  for (std::size_t at = prompt.find(','); at != std::string::npos; at = prompt.find(',', at + 1)) {
    EXPECT_EQ(prompt.substr(at, 2), ", ");
    ++phrases;
  }
  EXPECT_GE(phrases, 6u);
}

/// An answer begins with the word that says what the message asks for.
void expect_good_answer(const std::string& answer) {
  const TurnReading reading = read_turn(answer);
  EXPECT_TRUE(reading.certain);
  EXPECT_LT(reading.rest.size(), answer.size());
  if (reading.turn != Turn::text) expect_good_prompt(std::string(reading.rest));
}

/// Text to be written in the picture stands in the prompt as it stands in the idea.
void expect_quotations_kept(const Example& example) {
  const std::size_t open = example.idea.find('"');
  if (open == std::string::npos) return;
  const std::size_t close = example.idea.find('"', open + 1);
  ASSERT_NE(close, std::string::npos);
  EXPECT_NE(example.answer.find(example.idea.substr(open, close - open + 1)), std::string::npos);
}

TEST(TemplatesTest, TheNonReasoningOneHasFiveExamplesThatKeepItsRules) {
  const std::string text = read_template("non_reasoning.txt");
  const std::vector<Example> examples = examples_of(text);
  ASSERT_EQ(examples.size(), 5u);
  for (const Example& example : examples) {
    SCOPED_TRACE(example.answer);
    expect_good_answer(example.answer);
    expect_quotations_kept(example);
  }
  EXPECT_EQ(text.find("<think>"), std::string::npos);
}

TEST(TemplatesTest, TheReasoningOneHasThreeExamplesThatThinkFirst) {
  const std::vector<Example> examples = examples_of(read_template("reasoning.txt"));
  ASSERT_EQ(examples.size(), 3u);
  for (const Example& example : examples) {
    SCOPED_TRACE(example.answer);
    const ThinkSplit split = split_thinking(example.answer);
    EXPECT_FALSE(split.unclosed);
    EXPECT_GE(count_words(split.thinking), 40u);
    EXPECT_LE(count_words(split.thinking), 90u);
    EXPECT_EQ(split.answer.substr(0, 1), "\n");
    expect_good_answer(split.answer.substr(1));
    expect_quotations_kept(example);
  }
}

TEST(TemplatesTest, BothShowQuotedTextAnotherLanguageAndStyleWishes) {
  for (const char* name : {"non_reasoning.txt", "reasoning.txt"}) {
    SCOPED_TRACE(name);
    bool quoted = false;
    bool other_language = false;
    bool wishes = false;
    for (const Example& example : examples_of(read_template(name))) {
      quoted = quoted || example.idea.find('"') != std::string::npos;
      wishes = wishes || (example.idea.rfind("Style wishes:\n", 0) == 0 &&
                          example.idea.find("\n\nIdea:\n") != std::string::npos);
      other_language = other_language || example.idea.find("柴犬") != std::string::npos ||
                       example.idea.find("zorro") != std::string::npos;
    }
    EXPECT_TRUE(quoted);
    EXPECT_TRUE(other_language);
    EXPECT_TRUE(wishes);
  }
}

TEST(TemplatesTest, AskForWhatCleanPromptAllows) {
  for (const char* name : {"non_reasoning.txt", "reasoning.txt"}) {
    SCOPED_TRACE(name);
    const std::string text = read_template(name);
    EXPECT_NE(text.find("never more than " + std::to_string(kMaxPromptWords)), std::string::npos);
    EXPECT_NE(text.find("separated strictly by commas"), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find('\t'), std::string::npos);
  }
}

}  // namespace
}  // namespace fluxgate
