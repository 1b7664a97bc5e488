// Prompts: any answer of a language model becomes one clean paragraph, and so does any idea by the
// built-in rules. Any message can be told to be a chore or an idea.
#include <string>
#include <vector>

#include "../native/answer/split_thinking.h"
#include "base/ascii.h"
#include "chore/answer.h"
#include "chore/signs.h"
#include "fuzz.h"
#include "idea/visible_text.h"
#include "prompt/clean_up.h"
#include "prompt/local_optimiser.h"

namespace fluxgate::fuzz {
namespace {

struct Thought {
  std::string shown;  ///< All that push() gave.
  ThinkSplit split;
};

Thought think(const std::vector<std::string_view>& pieces) {
  ThinkSplitter splitter;
  Thought thought;
  for (const std::string_view piece : pieces) thought.shown += splitter.push(piece);
  thought.split = splitter.finish();
  thought.split.thinking.insert(0, thought.shown);
  return thought;
}

void check_thinking(std::string_view text, std::uint8_t seed) {
  const ThinkSplit whole = split_thinking(text);
  for (const std::uint8_t way : {seed, std::uint8_t{255}}) {
    const Thought thought = think(pieces_of(text, way));
    expect(thought.split.thinking == whole.thinking && thought.split.answer == whole.answer &&
               thought.split.unclosed == whole.unclosed,
           "any split gives the same");
    expect(whole.thinking.starts_with(thought.shown), "what is shown is the thinking",
           thought.shown);
    expect(whole.thinking.size() - thought.shown.size() <= kMaxThinkMarkBytes,
           "no more than a mark is held back", whole.thinking);
  }
  expect(!whole.unclosed || whole.answer.empty(), "no answer without an end of thinking");
  expect(find_ignoring_case(whole.answer, "</think>") == std::string::npos, "no tag is left",
         whole.answer);
}

void check_paragraph(const std::string& prompt) {
  expect(prompt.size() <= kMaxPromptBytes, "a prompt's bytes", prompt);
  expect(count_words(prompt) <= kMaxPromptWords, "a prompt's words", prompt);
  expect(is_utf8(prompt), "a prompt is UTF-8", prompt);
  expect(!contains(prompt, "  "), "single spaces", prompt);
  expect(trim(prompt).size() == prompt.size(), "no space at the ends", prompt);
  for (const char c : prompt) {
    expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "no control character", prompt);
  }
}

void check_chore(std::string_view text) {
  for (const std::string_view header : {"", "title_generation"}) {
    const Chore chore = recognise_chore({"user", text, header});
    if (!chore) continue;
    const std::string_view idea = find_quoted_idea(chore, text);
    const ChoreAnswer answer = answer_chore_by_rules(chore, idea);
    expect(!is_utf8(text) || is_utf8(answer.text), "no character is cut", answer.text);
  }
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  check_thinking(text, seed);

  const std::string cleaned = clean_prompt(split_thinking(text).answer);
  check_paragraph(cleaned);

  const std::string by_rules = optimise_locally(text);
  check_paragraph(by_rules);
  expect(tidy_prompt(by_rules) == by_rules, "the rules' prompt is a tidy one", by_rules);

  const std::string visible = visible_text(text);
  expect(is_utf8(visible), "visible text is UTF-8", visible);
  expect(visible_text(visible) == visible, "visible text stays", visible);
  const std::string line = fold_to_one_line(text);
  expect(is_utf8(line) && !contains(line, "\n"), "one line", line);
  check_chore(text);
  return 0;
}
