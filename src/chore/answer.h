// Answers the chores of chat programs without a language model.
#pragma once

#include <string>
#include <string_view>

#include "chore/signs.h"

namespace fluxgate {

/// An answer before it is written down. Written, it is
/// - without a key: `text`, as it is;
/// - with a key: {key: text}, and when it is a list {key: [text]}, or {key: []} for an empty text.
struct ChoreAnswer {
  std::string_view json_key;
  bool is_list = false;
  std::string text;
};

/// The idea that the chat is about, as the text of a chore quotes it: the first message of the user
/// (the last one for an image prompt) in Open WebUI's and LibreChat's copies of the chat. A view
/// into it; empty when it quotes none, as in NextChat, which sends the messages themselves.
std::string_view find_quoted_idea(const Chore& chore, std::string_view chore_text);

/// The title is made of the idea's first words, the tags are ["image"], an image prompt or a
/// summary is the idea itself; follow-ups, queries, tool calls and autocompletion get nothing, a
/// greeting is answered in its language. `idea`: what find_quoted_idea() gives, or the first user
/// message before the chore.
ChoreAnswer answer_chore_by_rules(const Chore& chore, std::string_view idea);

}  // namespace fluxgate
