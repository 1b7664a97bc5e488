#include "markdown/markdown.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "picture/limits.h"

namespace fluxgate {
namespace {

/// Can the character start or join a construct inside a line? GitHub's tables and strike-through
/// and the `$` of formulas count. Other punctuation stays plain, so that clients that show the text
/// as it is can read it. '[' stays plain because it does nothing without a ']': if both were
/// escaped, programs that turn \[...\] into a formula before they read Markdown would find one.
bool is_markup(char c) {
  switch (c) {
    case '\\':
    case '`':
    case '*':
    case '_':
    case ']':
    case '<':
    case '>':
    case '&':
    case '~':
    case '|':
    case '!':
    case '$':
    case '@': return true;
    default: return false;
  }
}

/// Can the character stand beside the dot in a host name?
bool is_name_character(char c) {
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// Does the character at `at` join an address? Many renderers make links of bare addresses, so
/// "//", "www." and names like "a.com" must not stay whole.
bool joins_address(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  if (text[at] == '/') return text[at - 1] == '/';
  if (text[at] != '.') return false;
  if (at >= 3 && equals_ignoring_case(text.substr(at - 3, 3), "www")) return true;
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  return is_name_character(text[at - 1]) && is_name_character(next) && !is_digit(next);
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + 16);
  text = trim(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i])) {
      if (escaped.back() != ' ') escaped += ' ';
      continue;
    }
    if (is_alnum(text[i])) {
      const std::size_t start = i;
      while (i + 1 < text.size() && is_alnum(text[i + 1])) ++i;
      escaped += text.substr(start, i + 1 - start);
      continue;
    }
    if (is_markup(text[i]) || joins_address(text, i)) escaped += '\\';
    escaped += text[i];
  }
  return escaped;
}

std::vector<std::string> write_picture_answer(std::vector<std::string> links,
                                              const PictureCaption& caption) {
  constexpr std::string_view kOpening = "![Image](";
  constexpr std::string_view kClosing = ")\n\n";
  static_assert(kOpening.size() + 2 * kClosing.size() <= kPictureMarkdownBytes);
  for (std::string& link : links) link.insert(0, kOpening).append(kClosing);
  std::string words = caption.is_optimised ? "Optimized prompt: " : "Prompt: ";
  words += escape_markdown(caption.prompt);
  if (!caption.note.empty()) words.append("\n\n").append(escape_markdown(caption.note));
  links.push_back(std::move(words));
  return links;
}

std::vector<std::string> take_out_pictures(std::string& text) {
  const std::string_view all = text;
  std::vector<std::string> pictures;
  std::string rest;
  std::size_t copied = 0;
  for (std::size_t at = 0; (at = all.find("![", at)) != all.npos;) {
    const std::size_t link = all.find("](", at);
    if (link == all.npos) break;
    at = link + 2;
    if (!starts_with_ignoring_case(all.substr(at), "data:image/")) continue;
    rest += all.substr(copied, all.rfind("![", link) - copied);
    const std::size_t end = std::min(all.find(')', at), all.size());
    const std::string_view address = all.substr(at, end - at);
    pictures.emplace_back(trim(address.substr(0, address.find('"'))));  // A title may follow.
    at = copied = std::min(end + 1, all.size());
  }
  if (pictures.empty()) return pictures;
  rest += all.substr(copied);
  text = trim(rest);
  return pictures;
}

std::string_view picture_in_answer(std::string_view answer) {
  const std::size_t shown = answer.rfind("![");
  const std::size_t link = shown == answer.npos ? shown : answer.find("](", shown);
  if (link == answer.npos) return {};
  const std::string_view address = answer.substr(link + 2);
  return address.substr(0, address.find(')'));
}

std::string prompt_in_answer(std::string_view answer) {
  for (const std::string_view label : {"\n\nOptimized prompt: ", "\n\nPrompt: "}) {
    const std::size_t at = answer.find(label);
    if (at == std::string_view::npos) continue;
    std::string_view words = answer.substr(at + label.size());
    words = words.substr(0, words.find('\n'));
    if (words.size() > kMaxCaptionBytes) return {};
    std::string prompt;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool escapes = words[i] == '\\' && i + 1 < words.size() && !is_alnum(words[i + 1]);
      if (escapes) ++i;
      prompt.push_back(words[i]);
    }
    return prompt;
  }
  return {};
}

}  // namespace fluxgate
