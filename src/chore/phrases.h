// The words in which NextChat and LibreChat ask the chat's model for a title or a summary.
#pragma once

#include <string_view>

namespace fluxgate {

// Sources: github.com/ChatGPTNextWeb/NextChat, app/locales/*.ts (Store.Prompt), all 21 languages;
// github.com/danny-avila/LibreChat, api/app/clients and packages agents, src/utils/title.ts. Each
// `text` must be trimmed. All functions are linear in its length.

/// Is the last line NextChat's request for a title, in any of its languages, or is the text one of
/// LibreChat's, by its first words or by the `||>Title:` at its end?
bool asks_for_title(std::string_view text);

/// Is it LibreChat's request to bring its summary up to date?
bool asks_for_summary(std::string_view text);

/// Is it NextChat's request for a summary, in any of its languages? It comes as a message of role
/// `system`; in a user's message the same words are the user's own.
bool asks_for_summary_as_system(std::string_view text);

}  // namespace fluxgate
