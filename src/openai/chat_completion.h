// Writes a whole chat answer: the `chat.completion` object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/pieces.h"
#include "openai/usage.h"

namespace fluxgate {

/// The answer to one chat request.
struct ChatCompletion {
  std::string id;  ///< "chatcmpl-..."
  std::int64_t created_unix_s = 0;
  std::string model;
  std::vector<std::string> content;  ///< Markdown, in parts.
  std::string reasoning;             ///< The optimiser's thinking; empty: its fields are left out.
  Usage usage;
};

/// The JSON text, its fields in the order of OpenAI's own answers. Further members of the message
/// may stand between its parts, each behind a comma.
/// Source: platform.openai.com/docs/api-reference/chat/object
struct WrittenCompletion {
  Pieces start;
  std::string end;
};
WrittenCompletion write_chat_completion(ChatCompletion completion);

/// A rough count where no tokenizer has counted: one token for four bytes, OpenAI's rule of thumb.
std::int64_t estimate_token_count(std::size_t text_bytes);

}  // namespace fluxgate
