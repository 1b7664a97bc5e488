// The pictures in a message of a chat, in all shapes that chat programs and SDKs write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/document.h"

namespace fluxgate {

/// Where each picture of a message is: a data URL, an address, or the base64 of a file. Empty for
/// one that only its writer can have, such as a file of an account. They stand in the parts of its
/// content and in `images` beside that. At most kMaxReferences and one more. Sources:
/// platform.openai.com/docs/api-reference/chat/create, docs.anthropic.com/en/api/messages and
/// github.com/ollama/ollama/blob/main/docs/api.md
std::vector<std::string> pictures_in(json::Value message);

/// Where a picture is that a field gives: a text, `{image_url}`, `{image_url: {url}}`, `{url}` or
/// `{b64_json}`. Empty for one that only its writer can have.
std::string_view picture_source(json::Value picture);

/// The error of a field without such a source.
Error no_picture_source(std::string_view field);

}  // namespace fluxgate
