// What the client asked.
#pragma once

#include "http/request_head.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// Its URL is made absolute: `http` where the host names no scheme, and the authority that it
/// names, or the header `host`, or `localhost`.
RequestHead read_head(const IncomingRequest& request);

}  // namespace fluxgate::wasi
