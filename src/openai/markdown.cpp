#include "openai/markdown.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

/// Punctuation that can start or join a construct inside a line, GitHub's tables and strike-through
/// and the `$` of formulas included. Escaping only these keeps the raw text readable for clients
/// that show it as it is.
bool is_markup(char c) {
  switch (c) {
    case '\\':
    case '`':
    case '*':
    case '_':
    case '[':
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

/// Bare addresses become links by themselves in many renderers: "://" and "www." must not stay
/// whole.
bool starts_address(std::string_view text, std::size_t at) {
  if (text[at] == ':') return at + 1 < text.size() && text[at + 1] == '/';
  return text[at] == '.' && at >= 3 && equals_ignoring_case(text.substr(at - 3, 3), "www");
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
    if (is_markup(text[i]) || starts_address(text, i)) escaped += '\\';
    escaped += text[i];
  }
  return escaped;
}

std::string write_picture_answer(const std::vector<std::string>& links, std::string_view prompt) {
  std::string content;
  for (const std::string& link : links) content.append("![Image](").append(link).append(")\n\n");
  content += "Optimized prompt: ";
  content += escape_markdown(prompt);
  return content;
}

}  // namespace fluxgate
