// Recognises requests of chat programs for text, not for a picture: titles, tags, summaries.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

enum class ChoreKind : std::uint8_t {
  none,  ///< No chore: the request wants a picture.
  title,
  tags,
  follow_ups,
  queries,
  autocomplete,
  image_prompt,
  emoji,
  tool_calls,
  summary,
  other,
};

/// The form in which the chat program reads the answer.
enum class ChoreForm : std::uint8_t { text, json };

/// The parts of a request by which a chore is known.
struct ChoreSigns {
  std::string_view last_role;  ///< Role of the last message: "user", "system", ...
  std::string_view last_text;  ///< Text of the last message.
  /// Value of the header x-openwebui-task, for example "title_generation"; empty when absent.
  std::string_view chore_header;
};

struct Chore {
  ChoreKind kind = ChoreKind::none;
  ChoreForm form = ChoreForm::text;

  explicit operator bool() const { return kind != ChoreKind::none; }
};

/// Tells chores from pictures; a chore never reaches an image backend.
/// - Open WebUI: the header is there and not empty. A placeholder that was never filled in
///   (`{{TASK}}`, as before 0.10) and "none" or "null" say nothing.
/// - Open WebUI without the header: the last message starts with `### Task:` and also holds
///   `<chat_history>` or names a JSON key that it wants. A question about documents starts with
///   `### Task:` too, but it is the user's own and no chore. Older templates are known by their
///   first words.
/// - NextChat and LibreChat: title and summary requests (phrases.h).
/// Only the last message counts, and only if neither the assistant nor a tool wrote it. An idea
/// that speaks of such requests or quotes one stays a picture.
/// Linear in the length of the message. Vectors: tests/vectors/chore/ours_chores.json.
Chore recognise_chore(const ChoreSigns& signs);

}  // namespace fluxgate
