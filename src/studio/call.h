// One order of a picture, with one key: a call, and the questions that follow where the backend
// draws later.
#pragma once

#include <cstdint>
#include <variant>

#include "failover/classify.h"
#include "failover/complaint.h"
#include "picture/picture.h"
#include "provider/dialect.h"
#include "studio/batch.h"

namespace fluxgate {

inline Error no_answer_error() {
  return Error(ErrorCode::upstream_timeout, "The image backend did not answer.");
}

/// The outcome of a call.
struct ImageCall {
  int status = 0;                ///< The backend's status; 0 when no answer came.
  std::uint32_t poll_count = 0;  ///< How often an ordered picture was asked for.
  Cost cost;                     ///< What the backend says that the picture cost.
  BackendComplaint complaint;    ///< Without secrets and without words of the prompt.
  std::variant<Picture, Verdict> result;
};

/// The longest wait for the picture, from the order on: IMAGE_TIMEOUT_MS, else what the model
/// usually takes.
std::uint32_t patience_ms(const Config& config, const Candidate& candidate, ImageSize size);

/// Calls the candidate with its key `key`; a picture inside the answer takes room of the batch. A
/// failure becomes the verdict. Error: picture_ordered, where account().leaves_orders and the
/// picture comes later: then account().left_behind has it.
///
/// Where the picture is ordered and drawn later, the backend is asked for it, with growing pauses
/// (studio/poll_plan.h), and the audience hears how far it is. An order is never repeated: a
/// question that fails is asked again, and after several in a row the call fails for good. If
/// nobody waits for the picture any more, the order is called off where the backend can
/// (Exchange::call_off). References must outlive the Task.
Task<ImageCall> call_image_backend(Batch& batch, const Candidate& candidate, const ImageJob& job,
                                   std::size_t key);

/// Asks for a picture that an earlier request has ordered, as call_image_backend() asks for its
/// own. Where account().leaves_orders it is asked for once, and given up for good an hour after the
/// order. Error: picture_ordered, as above.
Task<ImageCall> wait_for_left_picture(Batch& batch, const Candidate& candidate, const ImageJob& job,
                                      const LeftPicture& left);

/// Has the backend told, at the end of the request, that nobody waits for such a picture, where it
/// can be.
void call_off(Batch& batch, const Candidate& candidate, const ImageJob& job,
              const LeftPicture& left);

}  // namespace fluxgate
