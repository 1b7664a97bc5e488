// How the answer of the images face reaches its client: whole while it is small, else piece by
// piece; or as a stream, with an event for each picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "delivery/long_answer.h"
#include "exchange/audience.h"
#include "exchange/event_stream.h"
#include "exchange/exchange.h"
#include "llm/optimise.h"
#include "openai/images_answer.h"
#include "studio/making.h"

namespace fluxgate {

/// Takes pictures one after the other; of a whole answer nothing goes out before the first is
/// there.
class ImagesAnswer final : public Audience {
 public:
  /// `exchange` and `request` must outlive this.
  ImagesAnswer(Exchange& exchange, const ImagesRequest& request, bool changes);
  ImagesAnswer(const ImagesAnswer&) = delete;
  ImagesAnswer& operator=(const ImagesAnswer&) = delete;

  /// Does `work`; a stream gets its head before that. Errors: the work's, client_closed.
  Task<> while_working(Task<> work);

  bool hears_live() const override { return false; }
  void hear_thinking(std::string_view) override {}
  void hear_text(std::string_view) override {}
  void hear_progress(std::string_view) override {}
  Task<> flush() override { co_return; }
  /// An event of a stream; there is one picture then.
  Task<> see_draft(std::string_view bytes) override;

  /// Takes what the pictures are made of. Comes before the first picture; must outlive this.
  void begin(const Prompt& prompt);
  /// Takes how further pictures were made: the head tells it of the first ones, and the end the
  /// cost of all.
  void tell(const Making& making);
  Cost cost() const { return making_.cost; }

  /// How far the answer is.
  enum class State : std::uint8_t { empty, has_pictures, cut };
  State state() const { return state_; }

  /// Writes one picture. A picture that fails leaves no trace, unless a part of it has gone out:
  /// the answer is cut then. Errors: those of gallery/picture_source.h, client_closed.
  Task<> add(Picture picture);

  /// Ends the event of the last picture: others are made now, and comments may stand behind it.
  /// Error: client_closed.
  Task<> end_round();

  /// Writes the end. `note`: what else the client must know; may be empty. Error: client_closed.
  Task<> finish(std::string_view note);

 private:
  void begin_picture();
  void end_picture();
  void end_event(std::string_view note);
  std::string& text() { return answer_.text(); }
  Response head() const;

  Exchange& exchange_;
  const ImagesForm form_;
  const Prompt* prompt_ = nullptr;
  Making making_;
  LongAnswer answer_;
  std::optional<ImagesWriter> writer_;  ///< Of a whole answer, once it has begun.
  ImagesEventWriter event_writer_;
  std::optional<EventStream> events_;  ///< Of a stream.
  /// The last picture of a stream is out, and the end of its event is not: it may have to tell of
  /// pictures that were lost.
  bool event_is_open_ = false;
  std::uint32_t draft_count_ = 0;    ///< That were shown.
  std::string_view format_ = "png";  ///< Of that picture.
  State state_ = State::empty;
};

}  // namespace fluxgate
