// Reads the body of POST /v1/chat/completions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "openai/chat_chunk.h"
#include "openai/talk.h"
#include "picture/fields.h"

namespace fluxgate {

/// The parts of a chat request that matter for a picture or decide that it wants none. Offered
/// tools, sampling parameters and unknown fields never matter.
struct ChatRequest : Talk {
  std::string model;
  /// `stream`: the answer comes as an event stream.
  bool streams = false;
  /// `stream_options.include_usage`
  UsageChunk usage_chunk = UsageChunk::left_out;
  /// The field that demands the text of a language model: "tool_choice" (a tool must be called),
  /// "function_call" (its older name), or "response_format" (JSON). Empty when a picture answers
  /// the request.
  std::string text_field;

  /// `modalities` holds "image": the pictures come beside the text too.
  bool wants_images = false;
  PictureFields picture;
  /// `n`: 1 to kMaxPicturesAtOnce.
  std::uint32_t picture_count = 1;
};

/// Reads a request; its messages as openai/talk.h says. Half characters in `body`, which may go on
/// to a language model, become U+FFFD there too. There must be a user message unless text_field is
/// set or the last message is of the system: then the idea may stay empty. Errors: invalid_json,
/// invalid_parameters (Error::param names the field), missing_model_field. Sources:
/// platform.openai.com/docs/api-reference/chat/create; of pictures also
/// docs.anthropic.com/en/api/messages and github.com/ollama/ollama/blob/main/docs/api.md
Result<std::unique_ptr<ChatRequest>> read_chat_request(Bytes& body);

}  // namespace fluxgate
