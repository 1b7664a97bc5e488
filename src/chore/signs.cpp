#include "chore/signs.h"

#include "base/ascii.h"
#include "chore/phrases.h"
#include "chore/small_talk.h"
#include "chore/text_order.h"
#include "idea/characters.h"

namespace fluxgate {
namespace {

// Source of the names and texts: github.com/open-webui/open-webui, backend/open_webui/constants.py
// and config.py, versions 0.1 to 0.11.

struct Sign {
  std::string_view text;
  ChoreKind kind;
};

/// Parts of header values, and of the first line of a template that wants no JSON. The first part
/// that occurs decides: a title may come "with an emoji", follow-ups are "questions or prompts".
constexpr Sign kHeaderNames[] = {
    {"title", ChoreKind::title},
    {"tag", ChoreKind::tags},
    {"follow", ChoreKind::follow_ups},
    {"quer", ChoreKind::queries},
    {"autocomplet", ChoreKind::autocomplete},
    {"image_prompt", ChoreKind::image_prompt},
    {"image generation", ChoreKind::image_prompt},
    {"emoji", ChoreKind::emoji},
    {"function", ChoreKind::tool_calls},
    {"summar", ChoreKind::summary},
};

constexpr Sign kJsonKeys[] = {
    {"title", ChoreKind::title},           {"tags", ChoreKind::tags},
    {"follow_ups", ChoreKind::follow_ups}, {"queries", ChoreKind::queries},
    {"text", ChoreKind::autocomplete},     {"prompt", ChoreKind::image_prompt},
    {"emoji", ChoreKind::emoji},           {"tool_calls", ChoreKind::tool_calls},
};

/// First words of templates without `### Task:`, old and new.
constexpr Sign kOtherOpenings[] = {
    {"Create a concise, 3-5 word title with an emoji as a title for the ", ChoreKind::title},
    {"Create a concise, 3-5 word phrase as a header for the following query, ", ChoreKind::title},
    {"Your task is to reflect the speaker's likely facial expression through a fitting emoji",
     ChoreKind::emoji},
    {"You have been provided with a set of responses from various models to the latest user query:",
     ChoreKind::other},
};

ChoreForm form_of(ChoreKind kind) {
  switch (kind) {
    case ChoreKind::none:
    case ChoreKind::emoji:
    case ChoreKind::summary:
    case ChoreKind::small_talk:
    case ChoreKind::other: return ChoreForm::text;
    default: return ChoreForm::json;
  }
}

template <std::size_t n>
ChoreKind kind_named_in(std::string_view text, const Sign (&signs)[n]) {
  for (const Sign& sign : signs) {
    if (find_ignoring_case(text, sign.text) != kNowhere) return sign.kind;
  }
  return ChoreKind::other;
}

/// The key whose name, with its closing quote, stands at `at`; otherwise a Sign of kind `none`.
Sign key_at(std::string_view text, std::size_t at) {
  for (const Sign& key : kJsonKeys) {
    if (starts_with_at(text, at, key.text) && starts_with_at(text, at + key.text.size(), "\"")) {
      return key;
    }
  }
  return {"", ChoreKind::none};
}

/// The first JSON key that `instructions` want: a known name in quotes that looks like a key, with
/// a colon behind it, or beside the word JSON. "text" and "prompt" are words of ideas as well
/// (`"text": "OPEN"`) and count only beside it.
ChoreKind wanted_key(std::string_view instructions) {
  const bool says_json = instructions.find("JSON") != kNowhere;
  for (std::size_t quote = instructions.find('"'); quote != kNowhere;
       quote = instructions.find('"', quote + 1)) {
    const Sign key = key_at(instructions, quote + 1);
    if (key.kind == ChoreKind::none) continue;
    if (says_json) return key.kind;
    const bool common = key.kind == ChoreKind::autocomplete || key.kind == ChoreKind::image_prompt;
    const std::size_t behind = quote + 1 + key.text.size() + 1;
    if (!common && starts_with_at(instructions, skip_blanks(instructions, behind), ":")) {
      return key.kind;
    }
  }
  return ChoreKind::none;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

/// The text behind "### Task:" at its start; empty when it starts with other words.
std::string_view behind_task_heading(std::string_view text) {
  for (const std::string_view heading : {"### Task:", "### 任务：", "### 任务:"}) {
    if (starts_with_ignoring_case(text, heading)) {
      return trim_white_space(text.substr(heading.size()));
    }
  }
  return {};
}

/// Is it the user's own question, wrapped by Open WebUI together with documents?
bool wraps_question(std::string_view text) {
  return starts_with_ignoring_case(behind_task_heading(text), "Respond to the user query");
}

/// Recognises a chore by Open WebUI's template of its message.
Chore read_template(std::string_view text) {
  const std::string_view body = behind_task_heading(text);
  if (body.empty()) return {};
  const std::size_t history = body.find("<chat_history>");
  ChoreKind kind = wanted_key(body.substr(0, history));
  const std::size_t history_end = body.rfind("</chat_history>");
  if (kind == ChoreKind::none && history != kNowhere && history_end != kNowhere) {
    kind = wanted_key(body.substr(history_end));
  }
  if (kind != ChoreKind::none) return {kind, form_of(kind)};
  if (history == kNowhere) return {};
  return {kind_named_in(first_line(body), kHeaderNames), ChoreForm::text};
}

/// Recognises requests by their first words.
Chore read_opening(std::string_view text) {
  for (const Sign& opening : kOtherOpenings) {
    if (starts_with_at(text, 0, opening.text)) return {opening.kind, ChoreForm::text};
  }
  // The program asks which tool to call: the system message lists the tools, this one holds the
  // chat.
  const bool tools = starts_with_at(text, 0, "Query: History:\n");
  if (tools && text.find("\nQuery: ") != kNowhere) return {ChoreKind::tool_calls, ChoreForm::json};
  return {};
}

/// Does the header name a chore? Open WebUI before 0.10 sends the placeholder unfilled, also with
/// requests for pictures.
bool names_chore(std::string_view header) {
  if (header.empty() || starts_with_at(header, 0, "{{")) return false;
  for (const std::string_view nothing : {"none", "null", "undefined"}) {
    if (equals_ignoring_case(header, nothing)) return false;
  }
  return true;
}

Chore read_header(std::string_view header, std::string_view text) {
  const ChoreKind kind = kind_named_in(header, kHeaderNames);
  if (kind != ChoreKind::other) return {kind, form_of(kind)};
  const Chore by_text = read_template(text);
  return by_text ? by_text : Chore{ChoreKind::other, ChoreForm::text};
}

/// Recognises an order for text by its shape in the system messages in front of the talk.
Chore read_system_order(const ChoreSigns& signs) {
  Chore chore = text_ordered_in(signs.system_text, MessagePlace::system);
  chore.is_of_system = static_cast<bool>(chore);
  return chore;
}

/// Recognises an order for text by its shape, wherever it stands.
Chore read_order(const ChoreSigns& signs, bool from_user) {
  if (!from_user) {
    const bool behind = signs.has_answer || !signs.has_user;
    return behind ? text_ordered_in(signs.last_text, MessagePlace::last_system) : Chore{};
  }
  if (const Chore chore = text_ordered_in(signs.last_text, MessagePlace::user)) return chore;
  return read_system_order(signs);
}

}  // namespace

Chore recognise_chore(const ChoreSigns& signs) {
  const std::string_view text = trim_white_space(signs.last_text);
  const std::string_view header = trim(signs.chore_header);
  if (names_chore(header)) return read_header(header, text);
  const bool from_user = equals_ignoring_case(signs.last_role, "user");
  const bool from_system = equals_ignoring_case(signs.last_role, "system") ||
                           equals_ignoring_case(signs.last_role, "developer");
  if (!from_user && !from_system) return {};
  if (wraps_question(text)) return {};
  if (from_user && signs.asks_for_picture) return read_system_order(signs);
  if (const Chore chore = read_template(text)) return chore;
  if (const Chore chore = read_opening(text)) return chore;
  if (asks_for_title(text)) return {ChoreKind::title, ChoreForm::text};
  if (asks_for_summary(text) || (from_system && asks_for_summary_as_system(text))) {
    return {ChoreKind::summary, ChoreForm::text};
  }
  if (const Chore chore = read_order(signs, from_user)) return chore;
  const bool talks = from_user && !small_talk_answer(text).empty();
  return {talks ? ChoreKind::small_talk : ChoreKind::none, ChoreForm::text};
}

}  // namespace fluxgate
