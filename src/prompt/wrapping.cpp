#include "prompt/wrapping.h"

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kFence = "```";
/// Models wrap a prompt two or three times at most. The limit keeps the work linear in the answer.
constexpr int kMaxLayers = 8;

/// The words around one of these nouns are a label.
constexpr std::string_view kLabelNouns[] = {"prompt", "output",   "answer",
                                            "result", "response", "rewrite"};

/// The words that may stand beside the noun in a label or lead-in.
constexpr std::string_view kLabelWords[] = {
    "a",
    "ai",
    "an",
    "as",
    "based",
    "below",
    "certainly",
    "course",
    "english",
    "enhanced",
    "expanded",
    "final",
    "flux",
    "for",
    "from",
    "full",
    "generated",
    "generation",
    "here",
    "here's",
    "here’s",
    "idea",
    "image",
    "improved",
    "in",
    "is",
    "it",
    "model",
    "my",
    "new",
    "of",
    "ok",
    "okay",
    "on",
    "one",
    "optimised",
    "optimized",
    "paragraph",
    "polished",
    "refined",
    "request",
    "requested",
    "revised",
    "rewritten",
    "single",
    "sure",
    "text-to-image",
    "that",
    "the",
    "this",
    "translated",
    "updated",
    "version",
    "with",
    "you",
    "your",
};

constexpr std::string_view kChineseLabels[] = {
    "优化后的提示词", "優化後的提示詞", "优化提示词", "最终提示词", "英文提示词",
    "提示词",         "提示詞",         "输出",       "輸出",       "プロンプト",
};

constexpr QuotePair kOtherWrappers[] = {
    {"**", "**"},
    {"__", "__"},
    {"*", "*"},
    {"`", "`"},
    {"<prompt>", "</prompt>"},
    {"<output>", "</output>"},
    {"<answer>", "</answer>"},
};

template <std::size_t n>
bool contains(const std::string_view (&words)[n], std::string_view word) {
  for (const std::string_view known : words) {
    if (equals_ignoring_case(known, word)) return true;
  }
  return false;
}

/// The place behind the Markdown marks before or after a label.
std::size_t skip_marks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '*' || text[at] == '_' || text[at] == '#' ||
                              text[at] == '>' || text[at] == ' ')) {
    ++at;
  }
  return at;
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (is_alpha(text[at]) || text[at] == '-' || text[at] == '\'') {
      ++at;
    } else if (starts_with_at(text, at, "’")) {
      at += std::string_view("’").size();
    } else {
      break;
    }
  }
  return at;
}

std::size_t colon_length(std::string_view text, std::size_t at) {
  if (starts_with_at(text, at, ":")) return 1;
  return starts_with_at(text, at, "：") ? std::string_view("：").size() : 0;
}

/// Where a label at the start of `text` ends; 0 when there is none.
std::size_t label_end(std::string_view text) {
  std::size_t at = skip_marks(text, 0);
  for (const std::string_view label : kChineseLabels) {
    if (!starts_with_at(text, at, label)) continue;
    const std::size_t behind = skip_marks(text, at + label.size());
    const std::size_t colon = colon_length(text, behind);
    return colon == 0 ? 0 : skip_marks(text, behind + colon);
  }
  bool has_noun = false;
  while (true) {
    const std::size_t end = word_end(text, at);
    const std::string_view word = text.substr(at, end - at);
    const bool is_noun = contains(kLabelNouns, word);
    if (!is_noun && !contains(kLabelWords, word)) return 0;
    has_noun = has_noun || is_noun;
    at = skip_blanks(text, skip_marks(text, end));
    const std::size_t colon = colon_length(text, at);
    if (has_noun && colon > 0) return skip_marks(text, at + colon);
    if (has_noun && (at == text.size() || text[at] == '\n')) return at;
    at += colon;
    while (at < text.size() && (text[at] == ',' || text[at] == '.' || text[at] == '!')) ++at;
    at = skip_white_space(text, at);
  }
}

std::string_view without_label(std::string_view text) {
  const std::size_t end = label_end(text);
  if (end == 0) return text;
  // "**Prompt: a cat**": the bold marks around both go with the label.
  std::size_t stars = 0;
  for (const char c : text.substr(0, end)) stars += c == '*' ? 1 : 0;
  std::string_view rest = trim_white_space(text.substr(end));
  if (stars == 2 && rest.size() >= 2 && rest.substr(rest.size() - 2) == "**") rest.remove_suffix(2);
  return rest;
}

/// Do the two marks around `inner`, which open and close alike, belong together? Then the same
/// marks within `inner` must come in pairs, and the first of them must open.
bool is_one_pair(std::string_view inner, std::string_view mark) {
  std::size_t count = 0;
  for (std::size_t at = inner.find(mark); at != kNowhere; at = inner.find(mark, at + mark.size())) {
    const std::size_t behind = at + mark.size();
    const bool word_before = at > 0 && is_alnum(inner[at - 1]);
    const bool word_behind = behind < inner.size() && is_alnum(inner[behind]);
    if (mark == "'" && word_before && word_behind) continue;  // an apostrophe
    if (count++ > 0) continue;
    const bool opens = (at > 0 && (is_space(inner[at - 1]) || inner[at - 1] == '(')) &&
                       behind < inner.size() && !is_space(inner[behind]);
    if (!opens) return false;
  }
  return count % 2 == 0;
}

bool is_balanced(std::string_view inner, const QuotePair& pair) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < inner.size();) {
    if (starts_with_at(inner, at, pair.open)) {
      ++depth;
      at += pair.open.size();
    } else if (starts_with_at(inner, at, pair.close)) {
      if (depth-- == 0) return false;
      at += pair.close.size();
    } else {
      ++at;
    }
  }
  return depth == 0;
}

std::string_view without_pair(std::string_view text, const QuotePair& pair) {
  if (text.size() < pair.open.size() + pair.close.size()) return text;
  if (!starts_with_ignoring_case(text, pair.open)) return text;
  if (!equals_ignoring_case(text.substr(text.size() - pair.close.size()), pair.close)) return text;
  std::string_view inner = text.substr(pair.open.size());
  inner.remove_suffix(pair.close.size());
  const bool wraps =
      pair.open == pair.close ? is_one_pair(inner, pair.open) : is_balanced(inner, pair);
  return wraps ? inner : text;
}

std::string_view without_quotes(std::string_view text) {
  for (const QuotePair& pair : kQuotePairs) text = without_pair(text, pair);
  for (const QuotePair& pair : kOtherWrappers) text = without_pair(text, pair);
  return text;
}

bool is_single_word(std::string_view text) {
  for (const char c : text) {
    if (is_space(c)) return false;
  }
  return true;
}

/// The content of the first code fence, when it is the answer: nothing but a lead-in, which ends
/// with a colon, stands before it.
std::string_view fence_content(std::string_view text) {
  const std::size_t open = text.find(kFence);
  if (open == kNowhere) return text;
  const std::string_view before = trim_white_space(text.substr(0, open));
  const bool lead_in = before.empty() || before.back() == ':' ||
                       (before.size() >= 3 && before.substr(before.size() - 3) == "：") ||
                       label_end(before) == before.size();
  if (!lead_in) return text;
  std::string_view content = text.substr(open);
  content.remove_prefix(
      content.find_first_not_of('`') == kNowhere ? content.size() : content.find_first_not_of('`'));
  const std::size_t line_end = content.find('\n');
  if (line_end != kNowhere && is_single_word(trim(content.substr(0, line_end)))) {
    content.remove_prefix(line_end);  // drops the name of a language, if any
  }
  content = trim_white_space(content.substr(0, content.find(kFence)));
  return content.empty() ? text : content;
}

bool is_remark(std::string_view line) {
  std::size_t at = skip_marks(line, 0);
  if (starts_with_at(line, at, "(")) ++at;
  for (const std::string_view word : {"note", "explanation", "negative prompt"}) {
    if (!starts_with_ignoring_case(line.substr(at), word)) continue;
    return colon_length(line, skip_marks(line, at + word.size())) > 0;
  }
  return false;
}

std::string_view without_remarks(std::string_view text) {
  std::size_t at = text.find('\n');
  while (at != kNowhere) {
    const std::size_t end = text.find('\n', at + 1);
    const std::string_view line = text.substr(at + 1, end == kNowhere ? end : end - at - 1);
    if (is_remark(line)) return text.substr(0, at);
    at = end;
  }
  return text;
}

}  // namespace

std::string_view unwrap_prompt(std::string_view answer) {
  answer = without_remarks(trim_white_space(fence_content(answer)));
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    const std::size_t before = answer.size();
    answer = trim_white_space(without_quotes(without_label(answer)));
    if (answer.size() == before) break;
  }
  return answer;
}

}  // namespace fluxgate
