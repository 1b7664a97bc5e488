// How the answer of the responses face reaches its client: as one object, or as events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "delivery/long_answer.h"
#include "exchange/audience.h"
#include "exchange/event_stream.h"
#include "exchange/exchange.h"
#include "responses/answer.h"
#include "talk/answer.h"

namespace fluxgate {

/// Thinking is a reasoning item and reaches only clients that may see it (SHOW_REASONING); progress
/// is told by the events of the picture's item. A failure behind the head of a stream is told as
/// `response.failed`.
///
///   ResponsesAnswer answer(exchange, request, identity);
///   co_await answer.while_working(work);        work calls the others, one finish_...() last
class ResponsesAnswer final : public Audience {
 public:
  /// `exchange` must outlive this.
  ResponsesAnswer(Exchange& exchange, const ResponsesRequest& request, ResponsesIdentity identity);
  ResponsesAnswer(const ResponsesAnswer&) = delete;
  ResponsesAnswer& operator=(const ResponsesAnswer&) = delete;

  /// Does `work`; a stream gets its head before that. Errors: the work's, client_closed.
  Task<> while_working(Task<> work);

  bool hears_live() const override { return streams_; }
  void hear_thinking(std::string_view text) override;
  void hear_text(std::string_view text) override;
  /// Only pictures make progress: their item begins.
  void hear_progress(std::string_view line) override;
  Task<> flush() override { return events_.flush(); }
  Task<> see_draft(std::string_view bytes) override;

  /// Ends an answer that is a text; what was heard of it is not repeated.
  Task<> finish_text(std::string_view text, Usage usage);
  /// Ends an answer with a picture, and a message that shows and describes it.
  Task<> finish_picture(TalkAnswer reply);

 private:
  /// A place in what has not gone out.
  struct Mark {
    std::size_t size_bytes;
    std::uint32_t sequence_number;
  };

  Mark mark();
  Task<> write_picture_events(const Picture& picture, PictureItemFacts& facts);
  Task<> write_last(ResponsesState state, const Picture* picture, PictureItemFacts facts);
  Task<> add_picture(const Picture& picture, PictureItemFacts& facts, Mark start);
  Task<> fail(const Error& error);

  Exchange& exchange_;
  const bool streams_;
  const bool wants_drafts_;
  const bool shows_reasoning_;
  ResponsesWriter writer_;
  std::string thinking_;          ///< Of a whole answer.
  Budget::Share thinking_share_;  ///< For the thinking; the last event repeats it.
  bool thinking_fits_ = true;     ///< So far.
  std::size_t thinking_bytes_ = 0;
  std::string message_;  ///< The text of the message.
  EventStream events_;
  LongAnswer answer_;
};

}  // namespace fluxgate
