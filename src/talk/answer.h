// Answers a message that wants a picture.
#pragma once

#include <string>
#include <string_view>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "studio/make_pictures.h"
#include "talk/wish.h"

namespace fluxgate {

/// Pictures; or, when the language model has decided so, a text.
struct TalkAnswer {
  Prompt prompt;  ///< For Turn::text, which has no pictures, its text is the whole answer.
  Pictures pictures = {};
  std::string note = {};         ///< What else the user must know, in sentences; may be empty.
  bool changes_picture = false;  ///< The backend was given a picture to change.

  bool is_text() const { return prompt.turn == Turn::text; }
};

/// Has the prompt written, and the pictures of the wish made. A message that gives a picture, or
/// changes the last one, is drawn in the user's own words: a language model that writes them anew
/// has not seen it. `share`: of the load, for the wish. `blamed`: the field of the request that
/// gives pictures. The log hears of all. Errors: those of llm/optimise.h, gallery/references.h and
/// studio/make_pictures.h.
Task<TalkAnswer> answer_wish(Exchange& exchange, Audience& audience, const Model& model, Wish wish,
                             Budget::Share& share, Delivery delivery, std::string_view blamed);

/// Goes on with what an earlier request has left to be done (LeftWork). Errors: those of
/// studio/make_pictures.h.
Task<TalkAnswer> answer_left_wish(Exchange& exchange, Audience& audience, const Model& model,
                                  LeftWork left, Delivery delivery);

}  // namespace fluxgate
