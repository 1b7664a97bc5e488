// One call of an image backend with one key.
#pragma once

#include <cstdint>
#include <variant>

#include "exchange/exchange.h"
#include "failover/classify.h"
#include "failover/complaint.h"
#include "picture/picture.h"
#include "provider/dialect.h"
#include "studio/picture_room.h"

namespace fluxgate {

inline Error no_answer_error() {
  return Error(ErrorCode::upstream_timeout, "The image backend did not answer.");
}

/// The outcome of a call.
struct ImageCall {
  int status = 0;                ///< The backend's status; 0 when no answer came.
  std::uint32_t poll_count = 0;  ///< How often an ordered picture was asked for.
  BackendComplaint complaint;    ///< Without secrets and without words of the prompt.
  std::variant<Picture, Verdict> result;
};

/// Calls model.provider with the key `key`; a picture inside the answer takes `room`. Never fails:
/// a failure becomes the verdict. References must outlive the Task.
Task<ImageCall> call_image_backend(Exchange& exchange, const Model& model, const ImageJob& job,
                                   std::size_t key, PictureRoom& room);

}  // namespace fluxgate
