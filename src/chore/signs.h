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
  small_talk,  ///< A greeting, thanks, a test of the connection.
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
  /// The texts of the system messages in front of the talk.
  std::string_view system_text = {};
  bool has_user = true;     ///< There is a message of the user.
  bool has_answer = false;  ///< There is a message of the assistant.
  /// The last message says by an option that it wants a picture (asks_for_picture() of
  /// idea/options.h).
  bool asks_for_picture = false;
};

struct Chore {
  ChoreKind kind = ChoreKind::none;
  ChoreForm form = ChoreForm::text;
  /// The order stands in a system message: the last message is what the text is about.
  bool is_of_system = false;

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
/// - Any other program, in the last message or in a system message in front of a talk that has only
///   begun: by the shape of an order for text (text_order.h).
/// - Messages that are nothing but a greeting and the like (small_talk.h).
/// A message of the user that asks for a picture by an option is a chore only by the header or by
/// the order of a system message, to which all messages are data.
/// Only the last message counts, and only if neither the assistant nor a tool wrote it. An idea
/// that speaks of such requests or quotes one stays a picture.
/// Linear in the length of the message. Vectors: tests/vectors/chore/ours_chores.json.
Chore recognise_chore(const ChoreSigns& signs);

}  // namespace fluxgate
