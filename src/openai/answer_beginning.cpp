#include "openai/answer_beginning.h"

#include "base/ascii.h"
#include "json/document.h"

namespace fluxgate {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kData = "data:";
constexpr std::string_view kFieldsBeforeData[] = {":", "event:", "id:", "retry:"};

/// Behind the white space at its start; what stands at its end may be the end of a line.
std::string_view skip_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

bool is_before_data(std::string_view line) {
  for (const std::string_view field : kFieldsBeforeData) {
    if (line.starts_with(field)) return true;
  }
  return false;
}

/// Can it become one of an event stream's lines?
bool begins_field(std::string_view cut_line) {
  for (const std::string_view field : kFieldsBeforeData) {
    if (field.starts_with(cut_line)) return true;
  }
  return kData.starts_with(cut_line);
}

bool reports_error(std::string_view json) {
  const Result<json::Document> document = json::Document::parse(json);
  return document.ok() && !document->root()["error"].absent();
}

/// Takes `part` from the front of `text`, and the white space behind it. Unclear when `text` is cut
/// off within it, good when it is there, foreign when something else is.
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
  return text.starts_with('n') ? AnswerBeginning::good : AnswerBeginning::error;  // null is none.
}

}  // namespace

AnswerBeginning judge_answer_beginning(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = skip_space(text);
  if (text.starts_with('{')) return judge_object(text);
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    const std::string_view line = text.substr(0, end);
    if (end == text.npos) {
      const bool is_field = is_before_data(line) || line.starts_with(kData) || begins_field(line);
      return is_field ? AnswerBeginning::unclear : AnswerBeginning::foreign;
    }
    if (line.starts_with(kData)) {
      return reports_error(line.substr(kData.size())) ? AnswerBeginning::error
                                                      : AnswerBeginning::good;
    }
    if (!is_before_data(line)) return AnswerBeginning::foreign;
    text = skip_space(text.substr(end));
  }
  return AnswerBeginning::unclear;
}

}  // namespace fluxgate
