// Reads the head of the client's request.
#pragma once

#include "http/request_head.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// Reads the head and makes its URL absolute. Without a scheme from the host it is `http`; without
/// an authority from the host it is the header `host`, or else `localhost`.
RequestHead read_head(const IncomingRequest& request);

}  // namespace fluxgate::wasi
