// Prompts: any text becomes one tidy paragraph, and so does any idea by the built-in rules. Any
// message can be told to be a chore or an idea.
#include <string>

#include "base/ascii.h"
#include "chore/answer.h"
#include "chore/signs.h"
#include "fuzz.h"
#include "idea/visible_text.h"
#include "prompt/clean_up.h"
#include "prompt/local_optimiser.h"

namespace fluxgate::fuzz {
namespace {

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
  const std::string_view text = text_of(data, size_bytes);
  check_paragraph(tidy_prompt(text));

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
