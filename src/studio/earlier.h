// Pictures that an earlier request has made, or ordered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "studio/batch.h"
#include "studio/candidates.h"
#include "studio/making.h"

namespace fluxgate {

struct MadePicture {
  Picture picture;
  Making making;
};

/// The picture that was kept under `name` (accounts/cache.h); none when there is none any more.
Task<std::optional<MadePicture>> find_made_before(Batch& batch, const Candidates& candidates,
                                                  const Order& order, ImageJob job,
                                                  std::string name);

/// Notes that a picture is made: a repeat of the request may have to take it up.
void note_made(Exchange& exchange, const Picture& picture, std::uint32_t place);

/// Takes up what an earlier request has made or ordered, and was charged with. Errors:
/// upstream_error when the backend is not set up any more, those of studio/call.h.
Task<MadePicture> take_up(Batch& batch, const Candidates& candidates, const Order& order,
                          ImageJob job, const LeftPicture& left);

/// Calls off what an earlier request has ordered, where the backend can.
void call_off_left(Exchange& exchange, const Model& model, const LeftWork& work);

}  // namespace fluxgate
