// How the answer to a chat request reaches its client: whole, or piece by piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/long_answer.h"
#include "exchange/audience.h"
#include "exchange/event_stream.h"
#include "exchange/exchange.h"
#include "llm/prompt_origin.h"
#include "openai/chat_chunk.h"
#include "openai/chat_request.h"
#include "openai/usage.h"
#include "studio/making.h"

namespace fluxgate {

/// One `chat.completion`, or the chunks of one, whichever the client asked for; who does the work
/// need not know. Thinking and progress reach only clients that may see them (SHOW_REASONING).
///
///   ChatAnswer answer(exchange, model, request);
///   co_await answer.while_working(work);        work calls the others, finish() last
class ChatAnswer final : public Audience {
 public:
  /// `exchange` and `model` must outlive this.
  ChatAnswer(Exchange& exchange, const Model& model, const ChatRequest& request);
  ChatAnswer(const ChatAnswer&) = delete;
  ChatAnswer& operator=(const ChatAnswer&) = delete;

  /// Does `work`. A stream gets its head before that, and a comment whenever nothing else was sent
  /// for some seconds, so that nobody on the way takes the connection for dead. Errors: the work's,
  /// client_closed.
  Task<> while_working(Task<> work);

  bool hears_live() const override { return streams_; }
  /// It goes out with the next flush(), or as a part of the whole answer, as far as there is room
  /// for it until then.
  void hear_thinking(std::string_view text) override;
  /// It goes out with the next flush(); no part of a whole answer.
  void hear_text(std::string_view text) override;
  /// The bytes that hear_text() was told: finish() gets what follows them.
  std::size_t heard_text_bytes() const { return heard_text_bytes_; }
  /// No part of a whole answer.
  void hear_progress(std::string_view line) override;
  /// The bytes keep their order, however many flushes are under way.
  Task<> flush() override { return events_.flush(); }

  /// Takes how the pictures were made, for the header of a whole answer or the end of a stream.
  void tell(const Making& making) { making_ = making; }

  /// The answer itself, in pieces of Markdown that each make sense alone, and the end. A stream has
  /// it in one chunk, but for pieces of more than 64 KiB, which end theirs; no copy is made of
  /// those. None is cut: programs look for pictures in each chunk. `origin`: where the
  /// prompt comes from, which is told beside how the pictures were made. Error: client_closed.
  /// `pictures` come beside the content, as data URLs; their form is url, path or bytes.
  Task<> finish(std::vector<std::string> content, Usage usage, PromptOrigin origin,
                std::vector<Picture> pictures = {});

 private:
  Task<> send_whole(std::vector<std::string> content, Usage usage, PromptOrigin origin,
                    std::vector<Picture> pictures);
  Task<> add_pictures(LongAnswer& answer, std::vector<Picture> pictures);

  Exchange& exchange_;
  const Model& model_;
  bool streams_;
  bool shows_reasoning_;
  UsageChunk usage_chunk_;
  std::int64_t created_unix_s_;
  ChatChunkWriter chunks_;
  Making making_;                 ///< Of an answer with pictures.
  std::string thinking_;          ///< Of a whole answer.
  Budget::Share thinking_share_;  ///< For it.
  bool thinking_fits_ = true;     ///< So far.
  std::size_t heard_text_bytes_ = 0;
  EventStream events_;
};

}  // namespace fluxgate
