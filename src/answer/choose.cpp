#include "answer/choose.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "answer/blocks.h"
#include "answer/labels.h"
#include "answer/speech.h"
#include "answer/turn_marks.h"
#include "answer/undress.h"
#include "answer/wrapping.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

/// The longest answers around a prompt have some 4 KiB.
constexpr std::size_t kMaxChosenBytes = 32 * 1024;

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

/// A block that may be the prompt.
struct Candidate {
  std::string text;
  int value = 0;
};

/// Keeps the best of the texts that are offered.
class Choice {
 public:
  void offer_list(std::string joined, Label label) {
    const int value = value_of_list(joined, label);
    if (!refused_) offer({std::move(joined), value}, label);
  }

  void offer_block(const Block& block, bool is_one_of_many) {
    Undressed undressed = undress(block, is_one_of_many);
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
  if (answer.find_first_of("\n:\"'*_`<>()[]{}|#-/") != kNowhere) return false;
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
      for (const Block& block : group) choice.offer_block(block, group.size() > 1);
    }
    rest = rest.subspan(group.size());
  }
  return std::move(choice).best();
}

}  // namespace fluxgate
