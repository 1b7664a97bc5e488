#include "answer/labels.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "answer/speech.h"
#include "base/ascii.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

// Parts of labels, in lower case. Source: the answers in tests/vectors/answer/ours_answers.json.
constexpr std::string_view kAsides[] = {
    "negativ",  "avoid",  "exclude",    "draft",     "original", "think",   "analys",    "reason",
    "note",     "expla",  "why",        "rational",  "tip",      "entwurf", "brouillon", "borrador",
    "rascunho", "bozza",  "word count", "your idea", "user",     "request", "hinweis",   "erkl",
    "explic",   "remarq", "спойлер",    "примеч",    "негатив",  "чернов",  "负",        "反向",
    "负面",     "ネガ",   "下書き",     "草",        "初稿",     "说明",    "解释",      "注",
    "思考",     "补充",   "備考",       "解説",      "부정",     "초안",    "설명",      "참고",
    "error",    "refus",  "message",    "status",
};
constexpr std::string_view kLasts[] = {
    "final",      "optimi",  "improve", "enhance",  "refine",    "revise",     "endgültig",
    "verbessert", "amélior", "mejorad", "melhorad", "migliorat", "ottimizzat", "optymal",
    "ulepsz",     "финал",   "оптими",  "итог",     "улучш",     "优化",       "優化",
    "最终",       "最終",    "最適",    "改进",     "최종",      "최적",       "nihai",
    "positiv",    "正向",    "正面",
};
constexpr std::string_view kPrompts[] = {
    "prompt",   "output",  "answer",     "result",  "response", "提示",    "プロンプト", "프롬프트",
    "промпт",   "промт",   "istem",      "प्रॉम्प्ट",  "输出",     "輸出",    "描述",       "english",
    "englisch", "anglais", "inglés",     "inglês",  "inglese",  "англий",  "英文",       "英語",
    "英语",     "영어",    "الإنجليزية", "imagine", "rewrite",  "ausgabe", "sortie",     "salida",
};
// Labels of the same kind that stand alone: "Image: ...", but "a text: ..." may be the picture.
constexpr std::string_view kLonePrompts[] = {"image",   "description", "text",
                                             "content", "caption",     "picture",
                                             "en",      "scene",       "image description"};

template <std::size_t n>
bool holds_one_of(std::string_view text, const std::string_view (&parts)[n]) {
  return std::any_of(std::begin(parts), std::end(parts), [&](std::string_view part) {
    return find_ignoring_case(text, part) != kNowhere;
  });
}

constexpr std::size_t kMaxLabelWords = 6;
/// A label in another language than what it stands in front of, and a label that is an announcement
/// of some sentences, may have more.
constexpr std::size_t kMaxForeignWords = 12;
constexpr std::size_t kMaxAnnouncementWords = 40;
/// A dash stands behind a label no further on than this.
constexpr std::size_t kMaxDashedBytes = 40;

/// Does a label end with a number or a single letter, as "Option 2" and "Version B" do?
bool is_numbered(std::string_view label) {
  label = trim_white_space(label.substr(0, label.find('(')));
  while (!label.empty() && (label.back() == ')' || label.back() == '*' || label.back() == '.'))
    label.remove_suffix(1);
  if (label.empty()) return false;
  for (const std::string_view number : {"一", "二", "三", "四"}) {
    if (label.ends_with(number)) return true;
  }
  if (is_digit(label.back())) return true;
  const std::size_t blank = label.rfind(' ');
  return blank != kNowhere && blank + 2 == label.size() && is_alpha(label.back());
}

/// The length of the mark at `at` that a label may stand in front of; 0 when none is there.
/// `heard`: a text without its quotations.
std::size_t mark_length(std::string_view heard, std::size_t at) {
  constexpr std::string_view kWideColon = "：";
  if (starts_with_at(heard, at, kWideColon)) return kWideColon.size();
  if (heard[at] == ':') {
    const char next = at + 1 < heard.size() ? heard[at + 1] : ' ';
    const bool is_part_of_word =
        is_digit(next) || next == '/' || next == ':' || (at > 0 && heard[at - 1] == ':');
    return is_part_of_word ? 0 : 1;
  }
  if (heard[at] != ' ' || at > kMaxDashedBytes) return 0;
  for (const std::string_view mark : {" - ", " – ", " — ", " = "}) {
    if (!starts_with_at(heard, at, mark)) continue;
    return holds_one_of(heard.substr(0, at), kPrompts) ? mark.size() : 0;
  }
  return 0;
}

/// Does a sentence end with an exclamation mark in `text`? "Great idea! Try this"
bool holds_exclamation(std::string_view text) {
  return text.find("! ") != kNowhere || text.find("！") != kNowhere;
}

}  // namespace

Label label_kind(std::string_view label) {
  if (label.size() > kMaxLabelBytes) return Label::prompt;  // An announcement.
  if (trim_white_space(label).empty()) return Label::none;
  if (word_count(label) > kMaxLabelWords) return Label::prompt;  // An announcement.
  if (holds_one_of(label, kAsides)) return Label::aside;
  if (holds_one_of(label, kLasts)) return Label::last;
  if (is_numbered(label)) return Label::option;
  if (holds_one_of(label, kPrompts)) return Label::prompt;
  for (const std::string_view lone : kLonePrompts) {
    if (equals_ignoring_case(label, lone)) return Label::prompt;
  }
  return Label::field;
}

Labelled split_label(std::string_view text) {
  const std::string heard = without_quotations(text);
  for (std::size_t at = 0; at < heard.size() && heard[at] != '{'; ++at) {
    const std::size_t length = mark_length(heard, at);
    if (length == 0) continue;
    return {trim_white_space(text.substr(0, at)), trim_white_space(text.substr(at + length))};
  }
  return {{}, text};
}

bool is_label(const Labelled& parts) {
  const std::string_view label = without_edge_marks(parts.label);
  const Wording wording = wording_of(label);
  if (wording.words > kMaxAnnouncementWords) return false;
  const bool has_article =
      starts_with_ignoring_case(label, "a ") || starts_with_ignoring_case(label, "an ");
  if (has_article && wording.spoken == 0) return false;
  const bool is_short = wording.words <= kMaxLabelWords;
  const bool bold = parts.label.starts_with("**") || parts.label.starts_with("__");
  if ((bold && is_short) || holds_exclamation(label) || wording.spoken > 0) return true;
  if (is_short && wording.phrases <= 1 && label_kind(label) != Label::field) return true;
  return !parts.rest.empty() && wording.words <= kMaxForeignWords && !looks_english(label) &&
         looks_english(parts.rest);
}

std::string_view without_edge_marks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("*_# "), text.size()));
  return text.substr(0, text.find_last_not_of("*_ ") + 1);
}

std::size_t word_count(std::string_view text) {
  return wording_of(text).words;
}

std::string_view without_prompt_label(std::string_view text) {
  const Labelled parts = split_label(text);
  const Label kind = label_kind(without_edge_marks(parts.label));
  const bool names_prompt = kind == Label::prompt || kind == Label::last;
  return names_prompt && word_count(parts.label) <= 2 ? parts.rest : text;
}

}  // namespace fluxgate
