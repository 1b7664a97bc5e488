#include "idea/options.h"

#include <utility>
#include <vector>

#include "base/ascii.h"
#include "idea/characters.h"
#include "idea/cut.h"
#include "idea/protected_spans.h"
#include "idea/quotations.h"
#include "idea/shape_words.h"
#include "picture/size_fields.h"

namespace fluxgate {
namespace {

constexpr std::string_view kTwoDashes[] = {"--", "－－"};
/// The dashes that phones and word processors make of two hyphens.
constexpr std::string_view kLongDashes[] = {"—", "–"};

/// May there be a flag in the text? Most texts hold no dashes.
bool holds_dashes(std::string_view text) {
  for (const std::string_view dashes :
       {kTwoDashes[0], kTwoDashes[1], kLongDashes[0], kLongDashes[1]}) {
    if (text.find(dashes) != text.npos) return true;
  }
  return false;
}

/// The dashes of a flag at `at` and where its name begins; {at, at} when there is none.
Span dashes_at(std::string_view text, std::size_t at) {
  for (const std::string_view dashes : kTwoDashes) {
    if (starts_with_at(text, at, dashes)) return {at, at + dashes.size()};
  }
  for (const std::string_view dash : kLongDashes) {
    if (starts_with_at(text, at, dash)) return {at, at + dash.size()};
  }
  return {at, at};
}

/// Chinese, Japanese and Korean characters and their punctuation.
bool is_of_script_without_spaces(char32_t value) {
  return (value >= 0x2E80 && value <= 0xD7FF) || (value >= 0xF900 && value <= 0xFAFF) ||
         (value >= 0xFF01 && value <= 0xFF9F && value != U'－');
}

/// Is it white space, or the end of the text?
bool is_gap(const CodePoint& next) {
  return next.length_bytes == 0 || is_blank(next.value) || is_line_break(next.value);
}

bool ends_words(char32_t value) {
  switch (value) {
    case ',':
    case ';':
    case '.':
    case U'，':
    case U'、':
    case U'；':
    case U'。': return true;
    default: return is_blank(value) || is_line_break(value);
  }
}

/// Whether a long dash ends an aside, so that others are no flags: "a dog —no cat— on a beach".
bool has_asides(std::string_view text) {
  for (const std::string_view dash : kLongDashes) {
    for (std::size_t at = text.find(dash); at != text.npos; at = text.find(dash, at + 1)) {
      const CodePoint behind = code_point_at(text, at + dash.size());
      const bool ends = behind.length_bytes == 0 || ends_words(behind.value);
      if (ends && !is_gap(code_point_before(text, at))) return true;
    }
  }
  return false;
}

/// May a flag stand at `at`? long_dashes: may long dashes begin flags?
bool flag_may_stand_at(std::string_view text, std::size_t at, bool long_dashes) {
  const CodePoint before = code_point_before(text, at);
  const bool long_dash = text[at] != '-' && !starts_with_at(text, at, "－");
  if (is_gap(before)) return long_dashes || !long_dash;
  if (long_dash) return false;
  switch (before.value) {
    case ',':
    case ';':
    case '(':
    case '[':
    case '{': return true;
    default: return is_of_script_without_spaces(before.value);
  }
}

/// The place behind the name at `at`, such as "no", "no-bg" or "aspect-ratio".
std::size_t name_end(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_alnum(text[at]) || text[at] == '-' || text[at] == '_')) ++at;
  return at;
}

/// The value of an ASCII or full-width digit and its length; {0, 0} for any other character.
CodePoint digit_at(std::string_view text, std::size_t at) {
  const CodePoint next = code_point_at(text, at);
  if (next.value >= '0' && next.value <= '9') return {next.value - '0', next.length_bytes};
  if (next.value >= U'０' && next.value <= U'９') return {next.value - U'０', next.length_bytes};
  return {0, 0};
}

/// The place behind the blanks and the one `=` or `:` that may stand between a flag and its value.
std::size_t skip_to_value(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  for (const std::string_view sign : {"=", ":", "＝", "："}) {
    if (starts_with_at(text, at, sign)) return skip_blanks(text, at + sign.size());
  }
  return at;
}

/// Does a value that ends at `end` end there for a reader, too? "1,000", "4.5", "7-9" and "7px" do
/// not end behind their first digit.
bool value_ends_at(std::string_view text, std::size_t end) {
  const CodePoint next = code_point_at(text, end);
  if (is_gap(next)) return true;
  switch (next.value) {
    case '.':
    case ',':
    case ';':
    case '!':
    case '?': return digit_at(text, end + 1).length_bytes == 0;
    case ')':
    case ']':
    case '}':
    case '"':
    case '\'': return true;
    default: return is_of_script_without_spaces(next.value);
  }
}

/// `text` without blanks in front and without blanks and separators behind.
std::string_view trim_words(std::string_view text) {
  text = trim_white_space(text);
  while (!text.empty()) {
    const CodePoint last = code_point_before(text, text.size());
    if (!ends_words(last.value)) break;
    text.remove_suffix(last.length_bytes);
  }
  return text;
}

/// Protected spans and quotations in the order of the text, without those that lie within another.
std::vector<Span> merge(const std::vector<Span>& spans, const std::vector<Span>& quotations) {
  std::vector<Span> all;
  all.reserve(spans.size() + quotations.size());
  auto span = spans.begin();
  auto quotation = quotations.begin();
  while (span != spans.end() || quotation != quotations.end()) {
    const bool take_span =
        quotation == quotations.end() || (span != spans.end() && span->begin <= quotation->begin);
    const Span next = take_span ? *span++ : *quotation++;
    if (all.empty() || next.end > all.back().end) all.push_back(next);
  }
  return all;
}

class Reader {
 public:
  explicit Reader(std::string_view text)
      : text_(text), end_(text.size()), long_dashes_(!has_asides(text)) {
    std::vector<Span> quotations = find_quotations(text);
    const std::size_t begin = skip_white_space(text, 0);
    const std::size_t end = skip_white_space_back(text, text.size());
    if (quotations.size() == 1 && quotations[0].begin == begin && quotations[0].end == end) {
      quotations.clear();  // the whole idea is quoted: flags stand up to the closing mark
      end_ = end - code_point_before(text, end).length_bytes;
    }
    untouched_ = merge(find_protected_spans(text), quotations);
  }

  Options read() {
    for (Span flag = next_flag(0); flag.begin < end_;) {
      const std::size_t end = name_end(text_, flag.end);
      const std::string_view name = text_.substr(flag.end, end - flag.end);
      std::size_t behind = end;
      if (equals_ignoring_case(name, "seed")) behind = read_seed(flag.begin, end);
      if (const auto action = action_named(name)) behind = read_switch(flag.begin, end, *action);
      const Span next = next_flag(behind);
      if (equals_ignoring_case(name, "no")) read_words(flag.begin, end, next.begin);
      flag = next;
    }
    return std::move(options_);
  }

  const std::vector<Span>& pieces() const { return pieces_; }
  /// Where the first `--raw`, `--new` or `--edit` begins; nothing when there is none.
  std::optional<std::size_t> switch_at() const { return switch_at_; }

 private:
  /// The first flag of any name at or after `at`: from its dashes to the start of its name. An
  /// empty span at the end when there is none.
  Span next_flag(std::size_t at) {
    while (at < end_) {
      while (untouched_at_ < untouched_.size() && untouched_[untouched_at_].end <= at) {
        ++untouched_at_;
      }
      if (untouched_at_ < untouched_.size() && untouched_[untouched_at_].begin <= at) {
        at = untouched_[untouched_at_].end;
        continue;
      }
      const Span dashes = dashes_at(text_, at);
      const bool named =
          dashes.end > at && dashes.end < text_.size() && is_alpha(text_[dashes.end]);
      if (named && flag_may_stand_at(text_, at, long_dashes_)) {
        return dashes;
      }
      ++at;
    }
    return {end_, end_};
  }

  std::size_t read_seed(std::size_t begin, std::size_t at) {
    const std::size_t digits = skip_to_value(text_, at);
    std::size_t end = digits;
    std::uint64_t value = 0;
    for (CodePoint digit = digit_at(text_, end); digit.length_bytes > 0;
         digit = digit_at(text_, end)) {
      value = value * 10 + digit.value;
      if (value > UINT32_MAX) return at;
      end += digit.length_bytes;
    }
    if (digits == at || digits == end || !value_ends_at(text_, end)) return at;
    if (!options_.seed) options_.seed = static_cast<std::uint32_t>(value);
    pieces_.push_back({begin, end});
    return end;
  }

  /// The action of a switch, automatic for `--raw`; nothing for other names.
  static std::optional<Action> action_named(std::string_view name) {
    if (equals_ignoring_case(name, "raw")) return Action::automatic;
    if (equals_ignoring_case(name, "new")) return Action::generate;
    if (equals_ignoring_case(name, "edit")) return Action::edit;
    return std::nullopt;
  }

  std::size_t read_switch(std::size_t begin, std::size_t end, Action action) {
    if (!value_ends_at(text_, end)) return end;
    if (action == Action::automatic) options_.raw = true;
    if (options_.action == Action::automatic) options_.action = action;
    if (!switch_at_) switch_at_ = begin;
    pieces_.push_back({begin, end});
    return end;
  }

  void read_words(std::size_t begin, std::size_t at, std::size_t limit) {
    const std::size_t words_begin = skip_to_value(text_, at);
    if (words_begin == at && !is_of_script_without_spaces(code_point_at(text_, at).value)) return;
    std::size_t end = words_begin;
    while (end < limit) {
      const CodePoint next = code_point_at(text_, end);
      if (is_line_break(next.value)) break;
      end += next.length_bytes;
    }
    if (words_begin >= end) return;
    const std::string_view words = trim_words(text_.substr(words_begin, end - words_begin));
    if (words.empty()) return;
    if (!options_.negative_prompt.empty()) options_.negative_prompt += ", ";
    options_.negative_prompt += words;
    pieces_.push_back({begin, skip_blanks_back(text_, end)});
  }

  std::string_view text_;
  std::size_t end_;   ///< Flags may stand up to here.
  bool long_dashes_;  ///< May long dashes begin flags?
  std::vector<Span> untouched_;
  std::size_t untouched_at_ = 0;
  std::vector<Span> pieces_;
  std::optional<std::size_t> switch_at_;
  Options options_;
};

}  // namespace

IdeaReading read_idea(std::string_view idea, const RatioTable& table) {
  RatioReading ratio = read_ratio(idea, table);
  IdeaReading reading;
  reading.size = ratio.size;
  reading.ratio = ratio.ratio;
  reading.size_is_asked = ratio.ratio.has_value();
  reading.text = std::move(ratio.text);
  if (holds_dashes(reading.text)) {
    Reader reader(reading.text);
    reading.options = reader.read();
    if (!reader.pieces().empty()) reading.text = cut_out(reading.text, reader.pieces());
  }
  if (reading.ratio) return reading;
  if (const auto order = find_shape_order(reading.text)) {
    reading.text = cut_out(reading.text, {order->piece});
    reading.ratio = order->ratio;
    reading.size = table.size_for(order->ratio);
    reading.size_is_asked = true;
  }
  return reading;
}

bool asks_for_picture(std::string_view message) {
  message = trim_white_space(message);
  if (message.size() > 4 * kMaxIdeaCharacters || !holds_dashes(message)) return false;
  Reader reader(message);
  reader.read();
  const auto at = reader.switch_at();
  if (!at || *at == 0) return at.has_value();
  const std::string_view before = message.substr(0, *at);
  // A colon without a blank behind it is that of a ratio.
  return message.find('\n') == message.npos && before.find(": ") == before.npos &&
         before.find("：") == before.npos;
}

void complete_idea(IdeaReading& idea, const PictureFields& fields, const RatioTable& table) {
  const auto size = idea.ratio ? std::nullopt : read_size_fields(fields, table);
  if (size) idea.size = *size;
  idea.size_is_asked = idea.size_is_asked || size;
  idea.finish = fields.finish;
  if (!idea.options.seed) idea.options.seed = fields.seed;
  if (idea.options.negative_prompt.empty()) idea.options.negative_prompt = fields.negative_prompt;
}

}  // namespace fluxgate
