// The body of a client's request, while it is held.
#pragma once

#include "base/bytes.h"
#include "exchange/load.h"

namespace fluxgate {

/// The bytes and their share of the load. A copy of the bytes that outlives them must keep the
/// share.
struct HeldBody {
  Budget::Share share;
  Bytes bytes;
};

}  // namespace fluxgate
