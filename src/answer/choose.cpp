#include "answer/choose.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "answer/blocks.h"
#include "answer/labels.h"
#include "answer/speech.h"
#include "answer/turn_marks.h"
#include "answer/wrapping.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
/// The longest answers around a prompt have some 4 KiB.
constexpr std::size_t kMaxChosenBytes = 32 * 1024;
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

/// Does a sentence of such words speak to somebody, instead of showing something?
bool is_talk(const Wording& wording) {
  if (wording.asks || wording.exclaims || wording.announces || wording.refuses) return true;
  if (!wording.ends) return wording.spoken * 2 > wording.phrases;
  return wording.spoken > 0 && (wording.spoken * 4 > wording.phrases || wording.phrases < 3);
}

bool is_talk(std::string_view sentence) {
  return is_talk(wording_of(sentence));
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

// --- Undressing ---

/// `text` without Midjourney's flags (" --ar 16:9 ...") and weights ("::2").
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

/// `text` without the asterisks of bold words, where they come in pairs.
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

/// A block that may be the prompt.
struct Candidate {
  std::string text;
  int value = 0;
};

struct Undressed {
  std::string text;
  Label label = Label::none;
  bool framed = false;  ///< Quotation marks stood around it.
  bool talked = false;
  bool refused = false;  ///< The talk was a refusal.
};

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

Undressed undress(const Block& block) {
  Undressed undressed;
  undressed.label = label_kind(block.label);
  std::string_view text = block.text;
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    const std::size_t before = text.size();
    const std::string_view bare = without_quotes(text);
    undressed.framed = undressed.framed || bare.size() < text.size();
    text = trim_white_space(bare);
    const Labelled parts = split_label(text);
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
    const Silenced silenced = without_talk(text);
    undressed.talked = undressed.talked || silenced.talked;
    undressed.refused = undressed.refused || silenced.refused;
    if (silenced.talks_still) undressed.label = Label::aside;
    text = silenced.text;
    if (text.size() == before) break;
  }
  undressed.text = without_bold(without_flags(text));
  return undressed;
}

// --- Values ---

/// The second of several versions is only taken when the first is no prompt.
constexpr int kLaterOption = 15;
constexpr int kMinBehindTalk = 15;
/// What follows a refusal is an offer of something else, unless it is plainly a prompt.
constexpr int kMinBehindRefusal = 29;

/// How much a text reads like a prompt; 0: not at all.
int value_of(const Undressed& undressed, BlockPlace place) {
  if (undressed.label == Label::aside || undressed.text.empty()) return 0;
  const Wording wording = wording_of(undressed.text);
  if (wording.words == 0 && undressed.text.find_first_not_of("\"'*_`#>-. ") == kNowhere) return 0;
  if (is_talk(wording)) return 0;
  int value = 20;
  if (wording.phrases >= 3) value = 30;
  if (wording.phrases == 2) value = 24;
  if (wording.ends && value > 20) value -= 4;
  if (wording.words < 5) value = 10;
  if (undressed.talked) value -= 6;
  if (place == BlockPlace::framed || place == BlockPlace::member || undressed.framed) value += 6;
  if (undressed.label == Label::prompt) value += 6;
  if (undressed.label == Label::last) value += 10;
  if (undressed.label == Label::option) value += 2;
  if (looks_english(undressed.text)) value += 8;
  // A remark in other words than those of speech.h is left of talk most likely.
  if (undressed.talked && value < kMinBehindTalk) return 0;
  return std::max(value, 1);
}

/// Is an item a picture by itself, and not a part of one?
bool is_whole(const Block& item) {
  const Labelled parts = split_label(without_edge_marks(item.text));
  const bool labelled = !parts.label.empty() && word_count(parts.label) <= 5;
  const Wording wording = wording_of(labelled ? parts.rest : item.text);
  return wording.words >= 14 || (wording.words >= 9 && wording.phrases >= 3);
}

/// Has a line the form "Style: oil painting"?
bool is_field(const Block& block) {
  const Labelled parts = split_label(without_edge_marks(block.text));
  if (parts.label.empty() || parts.rest.empty()) return false;
  const Label kind = label_kind(without_edge_marks(parts.label));
  return kind == Label::field && word_count(parts.label) <= 4 && parts.label.find(',') == kNowhere;
}

/// Lines without marks that are shorter are items of a list.
constexpr std::size_t kMaxShortBytes = 40;

/// The blocks of one group.
using Group = std::span<const Block>;

Label own_label(const Block& block) {
  return label_kind(without_edge_marks(split_label(block.text).label));
}

/// Do these lines name the parts of one picture?
bool is_list(Group lines) {
  std::size_t items = 0;
  std::size_t fields = 0;
  std::size_t wholes = 0;
  std::size_t shorts = 0;
  for (const Block& line : lines) {
    const Labelled parts = split_label(line.text);
    const Label label = own_label(line);
    if (label == Label::aside) continue;
    if (label != Label::none && label != Label::field && !parts.rest.empty()) return false;
    shorts += line.text.size() < kMaxShortBytes && !is_talk(line.text) ? 1 : 0;
    items += line.place == BlockPlace::item ? 1 : 0;
    fields += is_field(line) ? 1 : 0;
    wholes += is_whole(line) ? 1 : 0;
  }
  if (wholes == lines.size() || (wholes > 0 && fields < lines.size())) return false;
  return items >= 2 || fields >= 2 || (lines.size() >= 2 && shorts == lines.size());
}

/// A part of a picture without its label, its marks and what separates it from the next.
std::string_view part_in(const Block& line) {
  std::string_view part = is_field(line) ? split_label(line.text).rest : line.text;
  part = without_edge_marks(trim_white_space(part));
  for (const std::string_view end : {",", ";", ".", "，", "。", "；"}) {
    while (part.ends_with(end)) part.remove_suffix(end.size());
  }
  return trim_white_space(without_quotes(part));
}

/// The parts of one picture that a list names, joined; empty when it is no such list.
std::string join_list(Group lines) {
  if (lines.front().place == BlockPlace::member || !is_list(lines)) return {};
  std::string joined;
  for (const Block& line : lines) {
    if (own_label(line) == Label::aside) continue;
    const std::string_view part = part_in(line);
    if (wording_of(part).asks) return {};
    if (part.empty()) continue;
    if (!joined.empty()) joined += ", ";
    joined += part;
  }
  return without_bold(without_flags(joined));
}

int value_of_list(std::string_view joined, Label label) {
  if (label == Label::aside || is_talk(joined)) return 0;
  const int named = label == Label::last || label == Label::prompt ? 6 : 0;
  return 16 + named + (looks_english(joined) ? 8 : 0);
}

/// Keeps the best of the texts that are offered.
class Choice {
 public:
  void offer_list(std::string joined, Label label) {
    const int value = value_of_list(joined, label);
    if (!refused_) offer({std::move(joined), value}, label);
  }

  void offer_block(const Block& block) {
    Undressed undressed = undress(block);
    int value = value_of(undressed, block.place);
    if (undressed.label == Label::option && options_++ > 0) value -= kLaterOption;
    refused_ = refused_ || undressed.refused;
    if (refused_ && value <= kMinBehindRefusal) return;
    offer({std::move(undressed.text), value}, undressed.label);
  }

  std::string best() && { return std::move(best_.text); }

 private:
  /// Of two versions that are both called final, the second is meant.
  void offer(Candidate candidate, Label label) {
    const bool replaces = label == Label::last && candidate.value == best_.value;
    if (candidate.value > best_.value || (replaces && best_.value > 0))
      best_ = std::move(candidate);
  }

  Candidate best_;
  bool refused_ = false;     ///< The model has refused, so far.
  std::size_t options_ = 0;  ///< The versions that were offered.
};

/// Is the whole answer what was asked for: one line of phrases that speaks to nobody? Most are.
bool is_plainly_prompt(std::string_view answer) {
  if (answer.find_first_of("\n:\"'*_`<>[]{}|#-/") != kNowhere) return false;
  if (answer.find("：") != kNowhere) return false;
  const Wording wording = wording_of(answer);
  return wording.phrases >= 3 && wording.spoken == 0 && !wording.ends && !wording.announces;
}

}  // namespace

std::string choose_prompt(std::string_view answer) {
  answer = without_turn_marks(utf8_prefix(answer, kMaxChosenBytes));
  if (is_plainly_prompt(answer)) return std::string(answer);
  const std::vector<Block> blocks = read_blocks(answer);
  Choice choice;
  for (Group rest = blocks; !rest.empty();) {
    const auto next = std::find_if(rest.begin(), rest.end(), [&](const Block& block) {
      return block.group != rest.front().group;
    });
    const Group group = rest.first(static_cast<std::size_t>(next - rest.begin()));
    if (std::string joined = join_list(group); !joined.empty()) {
      choice.offer_list(std::move(joined), label_kind(group.front().label));
    } else {
      for (const Block& block : group) choice.offer_block(block);
    }
    rest = rest.subspan(group.size());
  }
  return std::move(choice).best();
}

}  // namespace fluxgate
