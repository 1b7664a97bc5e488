// The body of a client's request, while it is held.
#pragma once

#include "base/bytes.h"
#include "exchange/load.h"

namespace fluxgate {

/// The bytes and their share of the load. Who makes a copy of the bytes that lives on keeps the
/// share for it.
struct HeldBody {
  Budget::Share share;
  Bytes bytes;
};

}  // namespace fluxgate
