#include "chore/answer.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

#include "base/ascii.h"
#include "base/utf8.h"
#include "chore/small_talk.h"
#include "idea/characters.h"
#include "idea/options.h"
#include "idea/visible_text.h"
#include "prompt/request_words.h"

namespace fluxgate {
namespace {

// Chat programs ask for 3-5 words; a side bar shows some 30 characters.
constexpr std::size_t kMaxTitleWords = 5;
constexpr std::size_t kMaxTitleBytes = 48;
/// Most bytes of an idea that are read; enough for any title.
constexpr std::size_t kMaxReadBytes = 2000;

std::string idea_on_one_line(std::string_view idea) {
  const IdeaReading reading = read_idea(utf8_prefix(idea, kMaxReadBytes), RatioTable());
  return fold_to_one_line(reading.text);
}

/// Does the character `value` at `at` end a clause? A full stop or a comma does only before a blank
/// or the end.
bool ends_clause(std::string_view text, std::size_t at, char32_t value) {
  switch (value) {
    case '.':
    case ',':
    case ';':
    case ':':
    case '!':
    case '?': return at + 1 >= text.size() || text[at + 1] == ' ';
    case U'，':
    case U'。':
    case U'、':
    case U'；':
    case U'：':
    case U'！':
    case U'？': return true;
    default: return false;
  }
}

/// The first clause of `line`, at most kMaxTitleWords words and kMaxTitleBytes bytes.
std::string_view first_words(std::string_view line) {
  std::size_t words = 0;
  std::size_t at = 0;
  std::size_t last_blank = kNowhere;
  while (at < line.size()) {
    const CodePoint next = code_point_at(line, at);
    if (ends_clause(line, at, next.value)) break;
    if (next.value == ' ') {
      last_blank = at;
      if (++words == kMaxTitleWords) break;
    }
    if (at + next.length_bytes > kMaxTitleBytes) {
      if (last_blank != kNowhere) at = last_blank;
      break;
    }
    at += next.length_bytes;
  }
  return trim_white_space(line.substr(0, at));
}

std::string make_title(std::string_view idea) {
  const std::string line = idea_on_one_line(idea);
  std::string title(first_words(without_request(line)));
  const bool readable = std::any_of(title.begin(), title.end(), [](char c) {
    return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
  });
  if (!readable) return "Image";
  if (title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
  return title;
}

/// The text between `start`, which stands at `mark`, and the next of `ends`.
std::string_view quoted_between(std::string_view text, std::size_t mark, std::string_view start,
                                std::initializer_list<std::string_view> ends) {
  if (mark == kNowhere) return {};
  std::string_view found = text.substr(mark + start.size());
  std::size_t end = found.size();
  for (const std::string_view stop : ends) end = std::min(end, found.find(stop));
  found = trim_white_space(found.substr(0, end));
  for (const std::string_view quotes : {"\"\"\"", "\""}) {  // old versions quote a message so
    if (found.size() >= 2 * quotes.size() && starts_with_at(found, 0, quotes) &&
        found.substr(found.size() - quotes.size()) == quotes) {
      return found.substr(quotes.size(), found.size() - 2 * quotes.size());
    }
  }
  return found;
}

}  // namespace

std::string_view find_quoted_idea(const Chore& chore, std::string_view chore_text) {
  constexpr std::string_view kHistory = "<chat_history>";
  const std::size_t history = chore_text.find(kHistory);
  if (history != kNowhere) {
    const std::string_view chat = chore_text.substr(history + kHistory.size());
    const std::string_view start = "\nUSER: ";
    const bool last = chore.kind == ChoreKind::image_prompt;
    return quoted_between(chat, last ? chat.rfind(start) : chat.find(start), start,
                          {"\nASSISTANT: ", "\nUSER: ", "\nSYSTEM: ", "\n</chat_history>"});
  }
  for (const std::string_view start : {"||>User:", "\nUser: ", "the word 'title': "}) {
    const std::string_view idea =
        quoted_between(chore_text, chore_text.find(start), start,
                       {"||>Response:", "\nAI: ", "\nAssistant: ", "||>Title:"});
    if (!idea.empty()) return idea;
  }
  return {};
}

ChoreAnswer answer_chore_by_rules(const Chore& chore, std::string_view idea) {
  ChoreAnswer answer;
  switch (chore.kind) {
    case ChoreKind::title:
      answer.json_key = "title";
      answer.text = make_title(idea);
      break;
    case ChoreKind::tags: answer = {"tags", true, "image"}; break;
    case ChoreKind::follow_ups: answer = {"follow_ups", true, ""}; break;
    case ChoreKind::queries: answer = {"queries", true, ""}; break;
    case ChoreKind::tool_calls: answer = {"tool_calls", true, ""}; break;
    case ChoreKind::autocomplete: answer = {"text", false, ""}; break;
    case ChoreKind::image_prompt:
      answer.json_key = "prompt";
      answer.text = idea_on_one_line(idea);
      break;
    case ChoreKind::summary: answer.text = idea_on_one_line(idea); break;
    case ChoreKind::emoji: answer.text = "🎨"; break;
    case ChoreKind::small_talk: answer.text = small_talk_answer(idea); break;
    case ChoreKind::none:
    case ChoreKind::other: break;
  }
  if (chore.form == ChoreForm::text) {
    answer.json_key = {};
    answer.is_list = false;
  }
  return answer;
}

}  // namespace fluxgate
