#include "llm/answer_beginning.h"

#include <optional>

#include "base/ascii.h"
#include "json/document.h"

namespace fluxgate {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// `text` without white space at its start. White space at its end stays: it may end a line.
std::string_view skip_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

/// The name of an event stream's field, in a line that may be cut off; empty for a comment. Nothing
/// when the line begins with no word: all field names are words.
std::optional<std::string_view> field_name(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  for (const char c : name) {
    if (!is_alnum(c) && c != '-') return std::nullopt;
  }
  return name;
}

bool reports_error(std::string_view json) {
  const Result<json::Document> document = json::Document::parse(json);
  return document.ok() && !document->root()["error"].absent();
}

/// Takes `part`, and the white space behind it, from the front of `text`. Gives good when `part`
/// stands there, unclear when `text` is cut off within it, foreign when something else stands
/// there.
AnswerBeginning take(std::string_view& text, std::string_view part) {
  if (!text.starts_with(part)) {
    return part.starts_with(text) ? AnswerBeginning::unclear : AnswerBeginning::foreign;
  }
  text = skip_space(text.substr(part.size()));
  return AnswerBeginning::good;
}

AnswerBeginning judge_object(std::string_view text) {
  if (reports_error(text)) return AnswerBeginning::error;
  for (const std::string_view part : {"{", "\"error\"", ":"}) {
    const AnswerBeginning taken = take(text, part);
    if (taken == AnswerBeginning::unclear) return taken;
    if (taken == AnswerBeginning::foreign) return AnswerBeginning::good;
  }
  if (text.empty()) return AnswerBeginning::unclear;
  // An `error` of null is none.
  return text.starts_with('n') ? AnswerBeginning::good : AnswerBeginning::error;
}

}  // namespace

bool starts_like_events(std::string_view text) {
  constexpr std::string_view kFirstBytes = "deir:";  // data, event, id, retry, comment
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.empty() || kByteOrderMark.find(text[0]) != std::string_view::npos) return true;
  return kFirstBytes.find(text[0]) != std::string_view::npos;
}

AnswerBeginning judge_answer_beginning(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (kByteOrderMark.starts_with(text)) return AnswerBeginning::unclear;
  text = skip_space(text);
  if (text.starts_with('{')) return judge_object(text);
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    const auto name = field_name(line);
    if (!name) return AnswerBeginning::foreign;
    if (end == text.npos) break;
    if (name == "data" && line.size() > name->size()) {
      return reports_error(line.substr(name->size() + 1)) ? AnswerBeginning::error
                                                          : AnswerBeginning::good;
    }
    text = skip_space(text.substr(end));
  }
  return AnswerBeginning::unclear;
}

}  // namespace fluxgate
