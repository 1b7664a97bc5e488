#include "prompt/request_words.h"

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::string_view kPoliteWords[] = {
    "please", "kindly", "can",  "could", "would", "you", "i",  "want", "need", "i'd",
    "like",   "to",     "help", "let's", "hello", "hi",  "me", "us",   "for"};
constexpr std::string_view kAskingWords[] = {"please", "kindly", "can",  "could", "would",
                                             "want",   "need",   "like", "let's"};
/// kVerbs ask for a picture by themselves, kWeakVerbs only beside an asking word, "me" or "a
/// picture of": "make me a logo", not "make love".
constexpr std::string_view kVerbs[] = {"draw",    "create",    "generate",
                                       "imagine", "visualize", "visualise"};
constexpr std::string_view kWeakVerbs[] = {"make", "show", "give", "produce", "have"};
constexpr std::string_view kArticles[] = {"a", "an", "the", "one"};
constexpr std::string_view kPictureNouns[] = {"picture", "image", "pic"};

constexpr std::string_view kPoliteStarts[] = {"请",   "請",   "帮我",   "幫我", "给我",
                                              "給我", "麻烦", "我想要", "我要", "帮忙"};
constexpr std::string_view kChineseVerbs[] = {"生成", "绘制", "繪製", "创作", "創作",
                                              "画出", "畫出", "画",   "畫"};
/// A Chinese verb asks only if one of these follows: 画一只 (draw a) is a request, 画家 (painter)
/// is not.
constexpr std::string_view kChineseMeasures[] = {"一", "两", "兩", "三", "几", "个", "個",
                                                 "只", "隻", "张", "張", "幅", "："};

template <std::size_t n>
bool contains(const std::string_view (&words)[n], std::string_view word) {
  for (const std::string_view known : words) {
    if (equals_ignoring_case(known, word)) return true;
  }
  return false;
}

/// The length of the first of `starts` that stands at `at`; 0 when none does.
template <std::size_t n>
std::size_t start_length(std::string_view text, std::size_t at,
                         const std::string_view (&starts)[n]) {
  for (const std::string_view start : starts) {
    if (starts_with_at(text, at, start)) return start.size();
  }
  return 0;
}

std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_alpha(text[end]) || text[end] == '\'')) ++end;
  return text.substr(at, end - at);
}

/// The place behind the word at `at`, blanks and a comma or colon.
std::size_t next_word(std::string_view text, std::size_t at, std::string_view word) {
  at = skip_blanks(text, at + word.size());
  if (at < text.size() && (text[at] == ',' || text[at] == ':')) at = skip_white_space(text, at + 1);
  return at;
}

/// The place behind "a picture of" at `at`; `at` when something else stands there.
std::size_t skip_picture_of(std::string_view text, std::size_t at) {
  std::size_t next = at;
  std::string_view word = word_at(text, next);
  if (contains(kArticles, word)) {
    next = next_word(text, next, word);
    word = word_at(text, next);
  }
  if (!contains(kPictureNouns, word)) return at;
  next = next_word(text, next, word);
  word = word_at(text, next);
  return equals_ignoring_case(word, "of") ? next_word(text, next, word) : at;
}

std::size_t english_request_end(std::string_view text) {
  std::size_t at = 0;
  bool polite_request = false;
  bool asks = false;
  bool weak = false;
  while (true) {
    const std::string_view word = word_at(text, at);
    const bool polite = contains(kPoliteWords, word);
    const bool to_me = equals_ignoring_case(word, "me") || equals_ignoring_case(word, "us");
    polite_request = polite_request || contains(kAskingWords, word);
    const bool weak_verb = contains(kWeakVerbs, word);
    const bool verb = contains(kVerbs, word);
    weak = weak || weak_verb;
    asks = asks || verb || (weak && (to_me || polite_request));
    if (!polite && !weak_verb && !verb) break;
    at = next_word(text, at, word);
  }
  const std::size_t picture = skip_picture_of(text, at);
  if (picture > at) return picture;
  return asks ? at : 0;
}

std::size_t chinese_request_end(std::string_view text) {
  std::size_t at = 0;
  while (const std::size_t length = start_length(text, at, kPoliteStarts)) at += length;
  const std::size_t verb = start_length(text, at, kChineseVerbs);
  if (verb == 0) return 0;
  at += verb;
  return start_length(text, at, kChineseMeasures) > 0 ? at : 0;
}

}  // namespace

std::string_view without_request(std::string_view idea) {
  std::size_t end = chinese_request_end(idea);
  if (end == 0) end = english_request_end(idea);
  const std::string_view rest = trim_white_space(idea.substr(end));
  return rest.empty() ? idea : rest;
}

}  // namespace fluxgate
