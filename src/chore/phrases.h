// The words by which NextChat and LibreChat ask the chat's model for a title or a summary.
#pragma once

#include <string_view>

namespace fluxgate {

// Sources: github.com/ChatGPTNextWeb/NextChat, app/locales/*.ts (Store.Prompt), all 21 languages;
// github.com/danny-avila/LibreChat, api/app/clients and packages agents, src/utils/title.ts.
// Each `text` is trimmed. All are linear in its length.

/// NextChat's sentence, in any of its languages, as the last line; LibreChat's requests by their
/// first words, or by the `||>Title:` that they end with.
bool asks_for_title(std::string_view text);

/// LibreChat's request to bring its summary up to date.
bool asks_for_summary(std::string_view text);

/// NextChat's request, in any of its languages. It is a message of role `system`; in a user's
/// message the same words are the user's own.
bool asks_for_summary_as_system(std::string_view text);

}  // namespace fluxgate
