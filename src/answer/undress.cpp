#include "answer/undress.h"

#include <algorithm>

#include "answer/labels.h"
#include "answer/speech.h"
#include "answer/wrapping.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// Labels and quotation marks stand two or three deep at most. The limit keeps the work linear.
constexpr int kMaxLayers = 8;

// --- Sentences ---

/// Where the sentence that begins at `from` ends, behind its mark and what closes it.
std::size_t sentence_end(std::string_view heard, std::size_t from) {
  for (std::size_t at = from; at < heard.size();) {
    const CodePoint next = code_point_at(heard, at);
    at += next.length_bytes;
    constexpr std::u32string_view kWide = U"。！？…।";
    if (kWide.find(next.value) != std::u32string_view::npos) return at;
    if (next.value != '.' && next.value != '!' && next.value != '?' && next.value != U'؟') continue;
    while (at < heard.size() && (heard[at] == '.' || heard[at] == '!' || heard[at] == '?')) ++at;
    const std::size_t behind = skip_white_space(heard, at);
    if (behind == heard.size()) return behind;
    // A lower-case letter goes on with the sentence: "approx. two". So does "f/1. 8".
    if (behind > at && !(heard[behind] >= 'a' && heard[behind] <= 'z')) return behind;
  }
  return heard.size();
}

/// A text without the talk at both ends.
struct Silenced {
  std::string_view text;
  bool talked = false;  ///< There was talk.
  bool refused = false;
  bool talks_still = false;  ///< There is talk in the middle.
};

Silenced without_talk(std::string_view text) {
  const std::string heard = without_quotations(text);
  Silenced silenced;
  std::size_t begin = kNowhere;
  std::size_t end = 0;
  bool talk_behind = false;
  for (std::size_t at = 0; at < heard.size();) {
    const std::size_t stop = std::max(sentence_end(heard, at), at + 1);
    if (const Wording wording = wording_of(text.substr(at, stop - at)); is_talk(wording)) {
      silenced.talked = silenced.talked || wording.spoken > 0;
      silenced.refused = silenced.refused || wording.refuses;
      talk_behind = begin != kNowhere;
    } else {
      if (begin == kNowhere) begin = at;
      silenced.talks_still = silenced.talks_still || talk_behind;
      end = stop;
    }
    at = stop;
  }
  if (begin != kNowhere) silenced.text = trim_white_space(text.substr(begin, end - begin));
  return silenced;
}

// --- Remarks that no sentence ends ---

/// Does `remark`, in brackets behind `text`, count its words? "(23 words)"
bool is_count(std::string_view remark, std::string_view text) {
  const std::size_t digits = remark.find_first_of("123456789");
  if (digits == kNowhere || word_count(remark) > 3 || !is_alpha(remark.back())) return false;
  std::size_t number = 0;
  for (std::size_t at = digits; at < remark.size() && is_digit(remark[at]) && number < 1000; ++at) {
    number = number * 10 + static_cast<std::size_t>(remark[at] - '0');
  }
  const std::size_t words = word_count(text);
  return number * 5 >= words * 4 && number * 4 <= words * 5;  // Models count badly.
}

/// Does a remark beside a prompt speak to somebody? Refusals are no remarks.
bool is_spoken(std::string_view remark) {
  const Wording wording = wording_of(remark);
  return wording.spoken > 0 && !wording.refuses && is_talk(wording);
}

/// `text` without a remark in brackets at its end.
std::string_view without_bracketed_talk(std::string_view text) {
  if (text.empty() || (text.back() != ')' && text.back() != ']')) return text;
  const std::size_t open = text.find_last_of("([", text.size() - 2);
  if (open == kNowhere || open == 0) return text;
  const std::string_view before = trim_white_space(text.substr(0, open));
  const std::string_view remark = text.substr(open + 1, text.size() - open - 2);
  return is_spoken(remark) || is_count(remark, before) ? before : text;
}

/// Does talk stand in front of a dash? "Sure thing", but no name: "Our Lady".
bool is_talk_before_dash(std::string_view words) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    if (words[at - 1] == ' ' && words[at] >= 'A' && words[at] <= 'Z') return false;
  }
  return is_spoken(words);
}

/// `text` without talk in front of its first dash and behind its last one.
std::string_view without_dashed_talk(std::string_view text) {
  const std::string heard = without_quotations(text);
  std::size_t begin = 0;
  std::size_t end = text.size();
  for (const std::string_view dash : {"—", " – ", " - "}) {
    const std::size_t first = heard.find(dash);
    if (first == kNowhere) continue;
    if (begin == 0 && is_talk_before_dash(text.substr(0, first))) begin = first + dash.size();
    const std::size_t last = heard.rfind(dash);
    if (is_spoken(text.substr(last + dash.size()))) end = std::min(end, last);
  }
  return begin < end ? trim_white_space(text.substr(begin, end - begin)) : text;
}

/// Where a label of something else begins behind the prompt in `words`, which stand in front of a
/// colon: "a cat, oil painting. Negative prompt". kNowhere when there is none.
std::size_t aside_behind(std::string_view words) {
  constexpr int kMaxAsideWords = 3;
  std::size_t at = words.size();
  for (int count = 0; count < kMaxAsideWords; ++count) {
    at = at == 0 ? kNowhere : words.find_last_of(" .,;|(", at - 1);
    if (at == kNowhere) return kNowhere;
    const std::string_view label = words.substr(at + 1);
    const std::string_view before = trim_white_space(words.substr(0, at + 1));
    if (label.empty() || before.empty()) continue;
    const bool begins = (label[0] >= 'A' && label[0] <= 'Z') || !is_alnum(before.back());
    if (!begins || label_kind(label) != Label::aside) continue;
    const Wording wording = wording_of(before);
    const bool shows = wording.spoken == 0 && (wording.phrases >= 3 || wording.words >= 8);
    return shows ? at + 1 : kNowhere;
  }
  return kNowhere;
}

/// `text` without the title of an item: "**Realistic** – a cat".
std::string_view without_title(std::string_view text) {
  const std::size_t end = text.starts_with("**") ? text.find("**", 2) : kNowhere;
  for (const std::string_view dash : {"** — ", "** – ", "** - "}) {
    if (starts_with_at(text, end, dash)) return text.substr(end + dash.size());
  }
  return text;
}

/// `text` without the second of two marks for bold words, whose first stood in front of a label:
/// "**Prompt:** a cat", "**Prompt: a cat**".
std::string_view without_half_bold(std::string_view text) {
  for (const std::string_view mark : {"**", "__"}) {
    const std::size_t at = text.find(mark);
    if (at == kNowhere || text.find(mark, at + mark.size()) != kNowhere) continue;
    if (at == 0) text.remove_prefix(mark.size());
    if (at > 0 && at + mark.size() == text.size()) text.remove_suffix(mark.size());
  }
  return trim_white_space(text);
}

}  // namespace

std::string without_flags(std::string_view text) {
  if (text.size() > 1 && text[0] == '/' && is_alpha(text[1])) {  // "/imagine "
    text.remove_prefix(std::min(text.find(' '), text.size()));
  }
  for (const std::string_view mark : {"--", "—"}) {  // Word processors make one of the other.
    for (std::size_t at = text.find(mark); at != kNowhere; at = text.find(mark, at + 2)) {
      const std::size_t behind = at + mark.size();
      const bool starts = at == 0 || text[at - 1] == ' ';
      if (!starts || behind >= text.size() || !is_alpha(text[behind])) continue;
      text = text.substr(0, at);
      break;
    }
  }
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!starts_with_at(text, at, "::")) {
      plain.push_back(text[at]);
      continue;
    }
    at += 2;
    while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) ++at;
    while (!plain.empty() && plain.back() == ' ') plain.pop_back();
    if (at < text.size() && text[at] != ',') plain.push_back(' ');
    --at;
  }
  return std::string(trim_white_space(plain));
}

std::string without_bold(std::string text) {
  for (const std::string_view mark : {"**", "__"}) {
    std::size_t count = 0;
    for (std::size_t at = text.find(mark); at != kNowhere; at = text.find(mark, at + 2)) ++count;
    if (count % 2 != 0) continue;
    for (std::size_t at = text.find(mark); at != kNowhere; at = text.find(mark, at)) {
      text.erase(at, 2);
    }
  }
  return text;
}

Undressed undress(const Block& block, bool is_one_of_many) {
  Undressed undressed;
  undressed.label = label_kind(block.label);
  std::string_view text = block.text;
  if (is_one_of_many && block.place == BlockPlace::item) text = without_title(text);
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    const std::size_t before = text.size();
    const std::string_view bare = without_quotes(text);
    undressed.framed = undressed.framed || bare.size() < text.size();
    text = trim_white_space(bare);
    const Labelled parts = split_label(text);
    if (const std::size_t aside = aside_behind(parts.label); aside != kNowhere) {
      text = trim_white_space(text.substr(0, aside));
      continue;
    }
    if (!parts.label.empty() && is_label(parts)) {
      const Label kind = label_kind(without_edge_marks(parts.label));
      if (kind != Label::field) {
        undressed.label = kind;
      } else if (undressed.label == Label::none) {
        undressed.label = Label::prompt;
      }
      text = without_half_bold(parts.rest);
      continue;
    }
    const std::string_view quiet = without_dashed_talk(without_bracketed_talk(text));
    const Silenced silenced = without_talk(quiet);
    undressed.talked = undressed.talked || silenced.talked || quiet.size() < text.size();
    undressed.refused = undressed.refused || silenced.refused;
    if (silenced.talks_still) undressed.label = Label::aside;
    text = silenced.text;
    if (text.size() == before) break;
  }
  undressed.text = without_bold(without_flags(text));
  return undressed;
}

}  // namespace fluxgate
