// How the answer of the images face reaches its client: whole while it is small, else piece by
// piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exchange/exchange.h"
#include "gallery/publish.h"
#include "llm/optimise.h"
#include "openai/images_answer.h"
#include "studio/making.h"

namespace fluxgate {

/// Takes pictures one after the other; nothing goes out before the first is there.
class ImagesAnswer {
 public:
  /// `exchange` must outlive this.
  ImagesAnswer(Exchange& exchange, ImagesForm form, const Prompt& prompt);
  ImagesAnswer(const ImagesAnswer&) = delete;
  ImagesAnswer& operator=(const ImagesAnswer&) = delete;

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

  /// Writes the end. `note`: what else the client must know; may be empty. Error: client_closed.
  Task<> finish(std::string_view note);

 private:
  Task<> add_bytes(Picture picture);
  Task<> send_if_large();
  Response head() const;

  Exchange& exchange_;
  PromptOrigin origin_;
  Making making_;
  ImagesWriter writer_;
  std::string text_;              ///< What has not gone out.
  std::uint32_t sent_count_ = 0;  ///< The pieces that have.
  State state_ = State::empty;
};

}  // namespace fluxgate
