// What a chat client asks for, read from the body of POST /v1/chat/completions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace fluxgate {

/// Most messages in one request; the longest chats that clients send whole have a few hundred.
constexpr std::size_t kMaxMessages = 1024;

/// Most bytes of style wishes; what is beyond is dropped. System prompts of chat programs have up
/// to some 10 KB, of which little is about style, and all of it is paid for with each picture.
constexpr std::size_t kMaxStyleWishesBytes = 16 * 1024;

/// The parts of a chat request that matter for a picture. Tools, sampling parameters and unknown
/// fields never matter.
struct ChatRequest {
  std::string model;
  /// The text of the last message with role `user`; may be empty.
  std::string idea;
  /// The texts of `system` and `developer` messages, a line each: wishes about style, for the
  /// optimiser alone.
  std::string style_wishes;
};

/// Content may be a string, null (empty), or an array of parts, of which `text` and `input_text`
/// are joined with a line end and others (pictures, audio, files) are passed over. Errors:
/// invalid_json, invalid_parameters (Error::param names the field), missing_model_field,
/// unsupported_parameter (`stream: true`). Source:
/// platform.openai.com/docs/api-reference/chat/create
Result<ChatRequest> read_chat_request(std::string_view body);

}  // namespace fluxgate
