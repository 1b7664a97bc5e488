// The pictures in a message of a chat, in all shapes that chat programs and SDKs write.
#pragma once

#include <string>
#include <vector>

#include "json/document.h"

namespace fluxgate {

/// Where each picture of a message is: a data URL, an address, or the base64 of a file. Empty for
/// one that only its writer can have, such as a file of an account. They stand in the parts of its
/// content and in `images` beside that. At most kMaxReferences and one more. Sources:
/// platform.openai.com/docs/api-reference/chat/create, docs.anthropic.com/en/api/messages and
/// github.com/ollama/ollama/blob/main/docs/api.md
std::vector<std::string> pictures_in(json::Value message);

}  // namespace fluxgate
