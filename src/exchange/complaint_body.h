// Reads what an upstream says about its own failure.
#pragma once

#include "effect/operations.h"

namespace fluxgate {

/// Reads the body of an answer that refuses a call: most have a few hundred bytes, which come with
/// the head. Gives nothing when the body takes longer than 3 s, is larger than 64 KiB or breaks
/// off; then the status says enough.
Task<Bytes> collect_complaint(Body body);

}  // namespace fluxgate
