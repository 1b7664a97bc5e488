// What the last message of a talk wants drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/instance.h"
#include "idea/options.h"
#include "llm/optimise.h"
#include "openai/talk.h"

namespace fluxgate {

/// What a request for pictures comes to; all that is held of it.
struct Wish {
  IdeaReading idea;
  IdeaContext context;
  std::vector<std::string> pictures = {};  ///< Those that the message gives.
  std::string mask = {};                   ///< For the first of them; may be empty.
  std::string last_picture = {};  ///< The address of the last one in the talk; may be empty.
  std::uint32_t picture_count = 1;
  std::uint32_t draft_count = 0;  ///< ImageJob::draft_count
  bool must_draw = false;         ///< A text is no answer to the message.
  bool must_change = false;       ///< A picture made without those that the message gives is none.

  /// The bytes that are held. `text`: the idea, or the prompt made of it, which the answer holds as
  /// well.
  std::size_t held_bytes(std::string_view text) const;
};

/// Reads the wish out of `talk`, which is used up: the idea without ratio and options, completed by
/// the request's fields and `action`, of which the words win. `blamed`: what the messages are a
/// member of. Errors, blamed on it: invalid_parameters (nobody has said anything), empty_prompt,
/// prompt_too_long.
Result<Wish> read_wish(Talk& talk, const PictureFields& fields, Action action, const Model& model,
                       const RatioTable& ratios, std::string_view blamed);

}  // namespace fluxgate
