#include "idea/ratio_introducer.h"

#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

enum class Use { flag_or_word, flag_or_word_with_sign, word };

struct Name {
  std::string_view text;
  Use use;
};

// A name stands before the shorter names that it ends with.
constexpr Name kNames[] = {
    {"ratio d'aspect", Use::word},
    {"ratio d’aspect", Use::word},
    {"aspect-ratio", Use::flag_or_word},
    {"aspect_ratio", Use::flag_or_word},
    {"aspect ratio", Use::word},
    {"aspectratio", Use::flag_or_word},
    {"ratio", Use::flag_or_word},
    {"aspect", Use::flag_or_word},
    // As a word "AR" is augmented reality, unless "AR:" or "ar=" is written.
    {"ar", Use::flag_or_word_with_sign},
    {"querformat", Use::word},
    {"hochformat", Use::word},
    {"bildformat", Use::word},
    {"format", Use::word},
    {"size", Use::word},
    {"rapport", Use::word},
    {"seitenverhältnis", Use::word},
    {"bildverhältnis", Use::word},
    {"verhältnis", Use::word},
    {"formato", Use::word},
    {"rapporto", Use::word},
    {"relación de aspecto", Use::word},
    {"relacion de aspecto", Use::word},
    {"proporción", Use::word},
    {"proporcion", Use::word},
    {"proporção", Use::word},
    {"beeldverhouding", Use::word},
    {"formaat", Use::word},
    {"formacie", Use::word},
    {"с соотношением сторон", Use::word},
    {"соотношение сторон", Use::word},
    {"в формате", Use::word},
    {"формат", Use::word},
};

// Names in scripts without spaces; each stands before the shorter names that it ends with.
constexpr std::string_view kNamesWithoutSpaces[] = {
    "画面比例", "畫面比例", "画幅比例", "畫幅比例", "图片比例",     "圖片比例", "图像比例",
    "圖像比例", "照片比例", "宽高比例", "寬高比例", "长宽比例",     "長寬比例", "尺寸比例",
    "横纵比例", "比例",     "宽高比",   "寬高比",   "长宽比",       "長寬比",   "横纵比",
    "橫縱比",   "纵横比",   "縱橫比",   "縦横比",   "アスペクト比", "画面比",   "比率",
    "画幅",     "畫幅",     "尺寸",     "サイズ",   "화면 비율",    "화면비율", "종횡비",
    "비율",     "화면비",
};

constexpr std::string_view kDashes[] = {"--", "—", "–", "−", "－－"};

/// Can a name end at `end`? No at many places: names end with one of these letters or are not
/// ASCII.
bool can_end_name(std::string_view idea, std::size_t end) {
  if (end == 0) return false;
  const char last = to_lower(idea[end - 1]);
  return std::string_view("oterngs").find(last) != kNowhere || (last & 0x80) != 0;
}

bool is_sign(char32_t value) {
  return value == ':' || value == '=' || value == U'：' || value == U'∶' || value == U'＝';
}

/// Where an "of", "is", "to" or the like that ends at `end` begins; `end` when there is none.
std::size_t verb_begin(std::string_view idea, std::size_t end) {
  for (const std::string_view verb : {"of", "is", "to", "von", "de", "di", "ist", "est"}) {
    if (word_ends_at(idea, end, verb)) return end - verb.size();
  }
  for (const std::string_view verb : {"设为", "設為", "为", "為", "是", "は", "를", "은"}) {
    if (end >= verb.size() && starts_with_at(idea, end - verb.size(), verb)) {
      return end - verb.size();
    }
  }
  return end;
}

/// Where the dashes begin that make the name at `name_begin` a flag; kNowhere when there are none.
std::size_t dashes_begin(std::string_view idea, std::size_t name_begin) {
  for (const std::string_view dash : kDashes) {
    if (name_begin < dash.size()) continue;
    const std::size_t begin = name_begin - dash.size();
    if (starts_with_at(idea, begin, dash)) return begin;
  }
  if (name_begin == 0 || idea[name_begin - 1] != '-') return kNowhere;
  const CodePoint before = code_point_before(idea, name_begin - 1);
  const bool free =
      before.length_bytes == 0 || is_blank(before.value) || is_line_break(before.value);
  return free ? name_begin - 1 : kNowhere;
}

/// Where one of `words`, which ends before the blanks in front of `begin`, begins.
template <std::size_t n>
std::size_t word_before(std::string_view idea, std::size_t begin,
                        const std::string_view (&words)[n]) {
  const std::size_t end = skip_blanks_back(idea, begin);
  if (end == begin) return begin;
  for (const std::string_view word : words) {
    if (word_ends_at(idea, end, word)) return end - word.size();
  }
  return begin;
}

constexpr std::string_view kArticles[] = {"an",  "a",   "the",   "un",  "une", "le",
                                          "el",  "la",  "il",    "lo",  "una", "um",
                                          "uma", "dem", "einem", "een", "het"};
constexpr std::string_view kPrepositions[] = {"with", "in",  "at",   "using", "au",  "im",
                                              "en",   "em",  "no",   "nel",   "con", "com",
                                              "avec", "mit", "dans", "op",    "w"};
constexpr std::string_view kBarePrepositions[] = {"in", "at", "en", "au", "im", "em"};
constexpr std::string_view kWordsBehind[] = {"aspect ratio", "aspect-ratio", "ratio",
                                             "format",       "formato",      "画面比例",
                                             "比例",         "画幅",         "画面"};

}  // namespace

Introducer find_introducer(std::string_view idea, std::size_t ratio_begin) {
  bool has_sign = false;
  std::size_t end = skip_blanks_back(idea, ratio_begin);
  for (int i = 0; i < 2; ++i) {  // "ratio is: 16:9" has both a verb and a sign
    const CodePoint last = code_point_before(idea, end);
    if (is_sign(last.value)) {
      has_sign = true;
      end = skip_blanks_back(idea, end - last.length_bytes);
    } else {
      end = skip_blanks_back(idea, verb_begin(idea, end));
    }
  }
  if (!can_end_name(idea, end)) return {Introduction::none, ratio_begin};
  for (const Name& name : kNames) {
    if (end < name.text.size()) continue;
    const std::size_t begin = end - name.text.size();
    if (!equals_ignoring_case(idea.substr(begin, name.text.size()), name.text)) continue;
    const std::size_t dashes = dashes_begin(idea, begin);
    if (dashes != kNowhere && name.use != Use::word) return {Introduction::flag, dashes};
    if (name.use == Use::flag_or_word_with_sign && !has_sign) continue;
    if (!word_ends_at(idea, end, name.text)) continue;
    return {Introduction::word, ratio_words_begin(idea, begin)};
  }
  for (const std::string_view name : kNamesWithoutSpaces) {
    if (end >= name.size() && starts_with_at(idea, end - name.size(), name)) {
      return {Introduction::word, end - name.size()};
    }
  }
  return {Introduction::none, ratio_begin};
}

std::size_t ratio_word_end(std::string_view idea, std::size_t end) {
  std::size_t begin = skip_blanks(idea, end);
  if (begin == end && starts_with_at(idea, begin, "-")) ++begin;
  for (const std::string_view word : kWordsBehind) {
    const std::size_t word_end = begin + word.size();
    if (!equals_ignoring_case(idea.substr(begin, word.size()), word)) continue;
    if (is_alpha(word.back()) && word_end < idea.size() && is_alnum(idea[word_end])) continue;
    return word_end;
  }
  return end;
}

std::size_t ratio_words_begin(std::string_view idea, std::size_t begin) {
  return word_before(idea, word_before(idea, begin, kArticles), kPrepositions);
}

std::size_t preposition_begin(std::string_view idea, std::size_t begin) {
  return word_before(idea, begin, kBarePrepositions);
}

}  // namespace fluxgate
