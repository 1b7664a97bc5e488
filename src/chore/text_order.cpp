#include "chore/text_order.h"

#include <algorithm>
#include <span>
#include <string>

#include "base/ascii.h"
#include "base/utf8.h"
#include "base/words.h"
#include "chore/order_words.h"
#include "idea/characters.h"
#include "idea/quotations.h"

namespace fluxgate {
namespace {

/// An order stands at the start of a message or behind the data, and has some hundred words.
constexpr std::size_t kReadBytes = 4096;

bool holds(std::string_view text, std::string_view words) {
  return find_any(text, words) != kNowhere;
}

/// The beginning and the end of a message, and whether data stood in tags between.
struct Order {
  std::string text;  ///< In lower case, with blanks for quotations, tags and code.
  bool holds_data = false;
  bool quotes = false;  ///< A quotation of a few words stood there.
};

/// Blots out from `begin` to `end`.
void blot(std::string& text, std::size_t begin, std::size_t end) {
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
            text.begin() + static_cast<std::ptrdiff_t>(std::min(end, text.size())), ' ');
}

/// The name of the tag that opens at `at`: "chat_history" of "<chat_history>"; empty for others.
std::string_view opened_tag(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '_' || text[end] == '-')) ++end;
  if (end == at + 1 || end >= text.size() || text[end] != '>') return {};
  return text.substr(at + 1, end - at - 1);
}

/// Takes data out of a message: what stands in tags, in fences, and the lines of a copied talk.
void take_out_data(Order& order) {
  std::string& text = order.text;
  for (std::size_t at = text.find('<'); at != kNowhere; at = text.find('<', at + 1)) {
    const std::string_view tag = opened_tag(text, at);
    const bool named = at > 0 && text[at - 1] == '`';  // "the `<content>` block"
    if (tag.empty() || named) continue;
    std::string closing("</");
    closing.append(tag).push_back('>');
    const std::size_t end = text.find(closing, at);
    if (end == kNowhere) continue;
    order.holds_data = true;
    blot(text, at, end + closing.size());
  }
  for (const std::string_view fence : {"```", "\"\"\"", "\n---"}) {
    for (std::size_t at = text.find(fence); at != kNowhere; at = text.find(fence, at)) {
      const std::size_t end = text.find(fence, at + fence.size());
      if (end == kNowhere) break;
      if (end - at > 12) order.holds_data = true;
      blot(text, at, end + fence.size());
    }
  }
  constexpr std::string_view kSpeakers =
      "user:|assistant:|human:|ai:|nutzer:|assistent:|utilisateur :|assistant "
      ":|usuario:|asistente:|"
      "usuário:|assistente:|пользователь:|ассистент:|用户：|用户:|助手：|助手:|使用者：|ai：|"
      "user：|"
      "ユーザー：|アシスタント：|사용자:|gebruiker:|kullanıcı:|asistan:|utente:|# user|# assistant";
  std::size_t speakers = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line =
        trim_white_space(std::string_view(text).substr(begin, end - begin));
    bool speaks = false;
    each_word(kSpeakers, [&](std::string_view name) {
      speaks = line.starts_with(name);
      return !speaks;
    });
    if (speaks) {
      ++speakers;
      blot(text, begin, end);
    }
    begin = end + 1;
  }
  order.holds_data = order.holds_data || speakers > 0;
}

ChoreKind product_in(std::string_view text) {
  const PairsIn pairs(text);
  const ProductWord* product = first_placed(std::span(kProductWords), [&](const ProductWord& one) {
    const bool may_hold = pairs.holds(one.first_pair) && pairs.may_hold(one.word);
    return may_hold ? find_word(text, one.word) : kNowhere;
  });
  return product != nullptr ? product->kind : ChoreKind::none;
}

Order order_in(std::string_view message) {
  Order order;
  message = trim_white_space(message);
  if (message.size() <= 2 * kReadBytes) {
    order.text = lower_text(message);
  } else {
    order.text = lower_text(utf8_prefix(message, kReadBytes)) + "\n" +
                 lower_text(message.substr(message.size() - kReadBytes));
  }
  if (product_in(order.text) == ChoreKind::none) return {};  // As with nearly all ideas.
  take_out_data(order);
  for (const Span& span : find_quotations(order.text)) {
    order.quotes = order.quotes || span.end - span.begin > 12;
    blot(order.text, span.begin, span.end);
  }
  return order;
}

/// Does a sentence of the text begin with one of `words`?
bool begins_sentence(std::string_view text, std::string_view words) {
  bool at_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const bool ends = next.value == '.' || next.value == '\n' || next.value == '!' ||
                      next.value == '?' || next.value == ':' || next.value == U'。' ||
                      next.value == U'，' || next.value == ',' || next.value == U'：' ||
                      next.value == '[' || next.value == '#';
    const bool blank =
        is_blank(next.value) || next.value == '*' || next.value == '-' || next.value == '(';
    if (at_start && !blank && !ends) {
      bool begins = false;
      each_word(words, [&](std::string_view word) {
        const bool open = word.back() == '*';
        if (open) word.remove_suffix(1);
        const std::size_t behind = at + word.size();
        const bool ascii = static_cast<unsigned char>(word.back()) < 0x80;
        begins = starts_with_at(text, at, word) &&
                 (open || !ascii || behind >= text.size() || !is_alnum(text[behind]));
        return !begins;
      });
      if (begins) return true;
      at_start = false;
    }
    if (ends) at_start = true;
    at += next.length_bytes;
  }
  return false;
}

/// The length of the sentence or line that `text` begins with.
std::size_t sentence_end(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    at += next.length_bytes;
    constexpr std::u32string_view kEnds = U".!?\n。！？;";
    if (kEnds.find(next.value) == std::u32string_view::npos) continue;
    const bool inside = next.value == '.' && at < text.size() && is_alnum(text[at]);
    if (!inside) return at;
  }
  return text.size();
}

/// What the sentences of a message say.
struct Signs {
  ChoreKind product = ChoreKind::none;  ///< Of the first sentence that names one.
  bool draws_product = false;           ///< The same sentence names what can be seen.
  bool shows = false;                   ///< Any sentence does.
  bool draws = false;                   ///< A sentence orders a picture, or gives that job.
  bool about_talk = false;
  bool limits = false;
  bool orders = false;     ///< A sentence begins with a verb that orders.
  bool has_role = false;   ///< A sentence gives the whole job.
  bool is_engine = false;  ///< That job is making such a text.
  bool tells = false;      ///< A sentence gives such a text, for it begins with "This is".

  bool is_first = true;      ///< No sentence was taken yet.
  bool shows_first = false;  ///< The first sentence names what can be seen.
  bool draws_last = false;   ///< The last sentence orders a picture.

  void take(std::string_view sentence) {
    const bool visual = holds(sentence, kVisualWords);
    const bool role = begins_sentence(sentence, kRoleWords);
    const bool order = begins_sentence(sentence, kOrders);
    const ChoreKind found = product_in(sentence);
    if (found != ChoreKind::none && !visual) {
      if (product == ChoreKind::none || draws_product) product = found;
      draws_product = false;
      tells = tells || (is_first && begins_sentence(sentence, kTellingWords));
      is_engine = is_engine || (role && holds(sentence, kEngineWords));
    }
    if (found != ChoreKind::none && visual && product == ChoreKind::none) {
      product = found;
      draws_product = true;
    }
    if (trim_white_space(sentence).empty()) return;
    shows_first = shows_first || (is_first && visual);
    draws_last = visual && begins_sentence(sentence, kDrawingOrders);
    is_first = false;
    shows = shows || visual;
    draws = draws || (visual && (role || order || begins_sentence(sentence, kDrawingOrders)));
    if (visual) return;
    about_talk = about_talk || holds(sentence, kTalkWords);
    limits = limits || holds(sentence, kLimitWords);
    orders = orders || order;
    has_role = has_role || role;
  }
};

}  // namespace

bool names_picture(std::string_view text) {
  return holds(text, kVisualWords);
}

Chore text_ordered_in(std::string_view message, MessagePlace place) {
  if (message.empty()) return {};
  const Order order = order_in(message);
  Signs signs;
  for (std::string_view rest = order.text; !rest.empty();) {
    const std::size_t end = sentence_end(rest);
    signs.take(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (signs.product == ChoreKind::none || signs.draws_product) return {};
  const bool about_talk = signs.about_talk || order.holds_data;
  bool is_order = false;
  switch (place) {
    case MessagePlace::user:
      if (signs.shows_first || (signs.draws_last && !order.holds_data)) return {};
      // Data that a program copies into its order may speak of pictures.
      is_order = (signs.orders || signs.has_role || (order.holds_data && signs.limits)) &&
                 (about_talk || (order.quotes && signs.orders)) &&
                 (signs.limits || order.holds_data) && (!signs.shows || signs.limits);
      break;
    case MessagePlace::last_system: is_order = (about_talk || signs.limits) && !signs.draws; break;
    case MessagePlace::system:
      is_order = !signs.draws && !signs.tells &&
                 (signs.is_engine || (signs.orders && about_talk) ||
                  (signs.limits && (signs.has_role || signs.orders || about_talk)));
      break;
  }
  if (!is_order) return {};
  return {signs.product, holds(order.text, "json") ? ChoreForm::json : ChoreForm::text};
}

}  // namespace fluxgate
