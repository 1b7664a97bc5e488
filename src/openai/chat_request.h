// Reads the body of POST /v1/chat/completions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "openai/chat_chunk.h"
#include "picture/fields.h"

namespace fluxgate {

/// Most messages in one request; the longest chats that clients send whole have a few hundred.
constexpr std::size_t kMaxMessages = 1024;

/// Most bytes of style wishes; the rest is dropped. System prompts of chat programs have up to some
/// 10 KB; little of that is about style, and all of it is paid for with each picture.
constexpr std::size_t kMaxStyleWishesBytes = 16 * 1024;

/// Most bytes of the first idea; the rest is dropped. Only its first words are needed, for titles,
/// and it is held as long as the request.
constexpr std::size_t kMaxFirstIdeaBytes = 16 * 1024;

/// The parts of a chat request that matter for a picture or decide that it wants none. Offered
/// tools, sampling parameters and unknown fields never matter.
struct ChatRequest {
  std::string model;
  /// The text of the last message with role `user`; may be empty.
  std::string idea;
  /// The pictures of the last message with role `user`, as openai/message_pictures.h gives them,
  /// and those inside Markdown links, out of which they are taken.
  std::vector<std::string> pictures;
  /// The text of the first message with role `user`: what the chat is about, for chores of chat
  /// programs. At most kMaxFirstIdeaBytes.
  std::string first_idea;
  /// The prompt under the last picture of ours in the messages; empty when there is none. It comes
  /// from the client, like everything else.
  std::string last_prompt;
  /// The address of that picture; may be empty, or anybody's.
  std::string last_picture;
  /// The texts of `system` and `developer` messages, a line each: wishes about style, for the
  /// optimiser alone.
  std::string style_wishes;
  /// The role of the last message, whatever it is, and the text of its content; empty when it has
  /// none.
  std::string last_role;
  std::string last_text;
  /// The bytes of style_wishes that come from messages in front of the first user message.
  std::size_t leading_wishes_bytes = 0;
  bool has_user = false;    ///< There is a message with role `user`.
  bool has_answer = false;  ///< There is a message with role `assistant`.
  /// `stream`: the answer comes as an event stream.
  bool streams = false;
  /// `stream_options.include_usage`
  UsageChunk usage_chunk = UsageChunk::left_out;
  /// The field that demands the text of a language model: "tool_choice" (a tool must be called),
  /// "function_call" (its older name), or "response_format" (JSON). Empty when a picture answers
  /// the request.
  std::string text_field;

  PictureFields picture;
  /// `n`: 1 to kMaxPicturesAtOnce.
  std::uint32_t picture_count = 1;
};

/// The error of a request for a picture without a message of the user.
Error no_user_error();

/// Reads a request. Content may be a string, null (empty), or an array of parts: the parts `text`
/// and `input_text` are joined with a line end, others (audio, files) are passed over. Only the
/// content of the last user message and of `system` and `developer` messages must be well formed.
/// Half characters in `body`, which may go on to a language model, become U+FFFD there too. There
/// must be a user message unless text_field is set or the last message is of the system, which
/// programs write when they want a text: then the idea may stay empty. Errors: invalid_json,
/// invalid_parameters (Error::param names the field), missing_model_field. Sources:
/// platform.openai.com/docs/api-reference/chat/create; of pictures also
/// docs.anthropic.com/en/api/messages and github.com/ollama/ollama/blob/main/docs/api.md
Result<ChatRequest> read_chat_request(Bytes& body);

}  // namespace fluxgate
