// The answers of language models, from the first byte to the prompt in them: the thinking, the
// word of the turn, the text for the client, the chosen prompt. What is chosen stands in the
// answer.
#include <string>
#include <string_view>
#include <vector>

#include "../native/answer/split_thinking.h"
#include "answer/choose.h"
#include "answer/turn.h"
#include "base/ascii.h"
#include "fuzz.h"
#include "idea/characters.h"
#include "idea/visible_text.h"
#include "prompt/clean_up.h"

namespace fluxgate::fuzz {
namespace {

using Pieces = std::vector<std::string_view>;

// --- Thinking ---

struct Thought {
  std::string shown;  ///< All that push() gave.
  ThinkSplit split;
};

Thought think(const Pieces& pieces) {
  ThinkSplitter splitter;
  Thought thought;
  for (const std::string_view piece : pieces) thought.shown += splitter.push(piece);
  thought.split = splitter.finish();
  thought.split.thinking.insert(0, thought.shown);
  return thought;
}

void check_thinking(const ThinkSplit& whole, const Pieces& pieces, bool has_bare_channels) {
  const Thought thought = think(pieces);
  expect(thought.split.thinking == whole.thinking && thought.split.answer == whole.answer &&
             thought.split.unclosed == whole.unclosed,
         "any split gives the same");
  expect(whole.thinking.starts_with(thought.shown), "what is shown is the thinking", thought.shown);
  expect(whole.thinking.size() - thought.shown.size() <= kMaxThinkMarkBytes || has_bare_channels,
         "no more than a mark is held back", whole.thinking);
  expect(!whole.unclosed || whole.answer.empty(), "no answer without an end of thinking");
  expect(find_ignoring_case(whole.answer, "</think>") == std::string::npos, "no tag is left",
         whole.answer);
}

// --- Turns ---

void check_turn(std::string_view answer, const Pieces& pieces) {
  const TurnReading whole = read_turn(answer);
  expect(whole.rest_at <= answer.size(), "the rest stands in the answer");
  expect(whole.rest_at == 0 || whole.rest == trim_white_space(answer.substr(whole.rest_at)),
         "the rest is what stands behind the word", whole.rest);
  expect(whole.rest_at > 0 || (whole.rest == answer && whole.turn == Turn::picture),
         "without a word all of it is a picture", whole.rest);
  std::size_t length = 0;
  for (const std::string_view piece : pieces) {
    length += piece.size();
    const TurnReading part = read_turn(answer.substr(0, length));
    expect(!part.certain || (part.turn == whole.turn && part.rest_at == whole.rest_at),
           "what is certain stays", answer.substr(0, length));
  }
}

std::string filtered(const Pieces& pieces) {
  TextFilter filter;
  std::string out;
  for (const std::string_view piece : pieces) out += filter.push(piece);
  return out + filter.finish();
}

/// Is the mark at `at` escaped, or no mark at all?
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

void check_text(std::string_view text, const Pieces& pieces) {
  const std::string whole = filtered({text});
  expect(filtered(pieces) == whole, "any split gives the same text", whole);
  expect(!is_utf8(text) || is_utf8(whole), "no character is cut", whole);
  // Data comes first and stays as it is; behind a word there is none.
  const std::string words = filtered({"a ", text});
  for (const std::string_view mark : {"](", "][", "]:", "![", "</", "<!", "<?", "<a", "<S"}) {
    for (std::size_t at = words.find(mark); at != std::string::npos; at = words.find(mark, at + 1))
      expect(is_escaped(words, at), "no mark of a picture, a link or HTML is left", words);
  }
  expect(!contains(words, "://"), "no address stays whole", words);
}

// --- Prompts ---

bool is_word_byte(char c) {
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// `text` without the marks that are taken out of the middle of words.
std::string without_marks(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '*' && c != '_' && c != '\\') plain.push_back(c);
  }
  return plain;
}

/// Does every word of `prompt` stand in `answer`, in the same order?
bool stands_in(std::string_view prompt, std::string_view answer) {
  const std::string from = without_marks(answer);
  const std::string words = without_marks(prompt);
  std::size_t at = 0;
  for (std::size_t begin = 0; begin < words.size();) {
    std::size_t end = begin;
    while (end < words.size() && is_word_byte(words[end])) ++end;
    const std::string_view word = std::string_view(words).substr(begin, end - begin);
    at = from.find(word, at);
    if (at == std::string::npos) return false;
    at += word.size();
    begin = end + 1;
  }
  return true;
}

void check_choice(std::string_view text) {
  const std::string answer = visible_text(text);
  const std::string chosen = choose_prompt(answer);
  expect(choose_prompt(std::string(answer)) == chosen, "the same answer has the same prompt");
  expect(is_utf8(chosen), "no character is cut", chosen);
  // A list has a comma and a blank where a line ended.
  expect(chosen.size() <= 2 * answer.size(), "nothing is said twice", chosen);
  // JSON writes letters as numbers.
  if (!contains(answer, "\\u")) expect(stands_in(chosen, answer), "nothing is invented", chosen);
  expect(clean_prompt(text) == tidy_prompt(chosen), "a clean prompt is the chosen one, tidied");
}

}  // namespace
}  // namespace fluxgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using namespace fluxgate;
  using namespace fluxgate::fuzz;
  const auto [seed, text] = seeded_text(data, size_bytes);
  const ThinkSplit split = split_thinking(text);
  for (const std::uint8_t way : {seed, std::uint8_t{255}}) {
    check_thinking(split, pieces_of(text, way), contains(text, "assistantfinal"));
    check_turn(split.answer, pieces_of(split.answer, way));
    check_text(split.answer, pieces_of(split.answer, way));
  }
  check_choice(split.answer);
  return 0;
}
