// What an upstream says of its own failure.
#pragma once

#include "effect/operations.h"

namespace fluxgate {

/// The body of an answer that refuses a call: some hundred bytes, which come with the head or not
/// at all. Empty when it takes longer than 3 s, is larger than 64 KiB or breaks off; the status
/// says enough then.
Task<Bytes> collect_complaint(Body body);

}  // namespace fluxgate
