// Writes a chat answer piece by piece: `chat.completion.chunk` objects, each as one event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "openai/usage.h"

namespace fluxgate {

/// Does the stream end with a chunk of token counts (`stream_options.include_usage`)?
enum class UsageChunk { left_out, included };

/// Writes the chunks of one stream; their common parts are written and escaped once. The order is:
/// role, reasoning and content as they come, the end; then sse::kDone. Each call but those
/// for content appends one whole event to `out`. Texts must be UTF-8. With UsageChunk::included,
/// all chunks but the last have `usage: null`, as OpenAI's have.
/// Source: platform.openai.com/docs/api-reference/chat/streaming
class ChatChunkWriter {
 public:
  /// `id`: "chatcmpl-...".
  ChatChunkWriter(std::string_view id, std::int64_t created_unix_s, std::string_view model,
                  UsageChunk usage_chunk);

  /// The first chunk: `{"role":"assistant","content":""}`.
  void append_role(std::string& out) const;
  /// A piece of thinking or progress: `{"reasoning_content":text,"reasoning":text}`, since clients
  /// read the one or the other.
  void append_reasoning(std::string& out, std::string_view text) const;
  /// A piece of the answer: `{"content":text}`. The caller puts the text, escaped by
  /// json::escape(), between the two calls; a large text need not stand in `out`.
  void begin_content(std::string& out) const;
  void end_content(std::string& out) const;
  /// Pictures, all in one chunk, in the form of OpenRouter: `{"images":[...]}`. For each one the
  /// caller puts its data URL between begin_image() and end_image(). Source:
  /// openrouter.ai/docs/features/multimodal/image-generation
  void begin_images(std::string& out) const;
  void end_images(std::string& out) const;
  /// An empty delta with the finish_reason "stop", and, with UsageChunk::included, a chunk of the
  /// usage without choices. The last of them has `facts`, a JSON object, as its member `fluxgate`.
  void append_end(std::string& out, const Usage& usage, std::string_view facts) const;

 private:
  std::string head_;       ///< The start of every event, up to the value of `choices`.
  std::string_view tail_;  ///< What follows the choices of every chunk but the last.
  UsageChunk usage_chunk_;
};

/// The texts around the data URL of picture `index`, in a message's `images` and in a delta's.
void begin_image(std::string& out, std::size_t index);
void end_image(std::string& out);

}  // namespace fluxgate
