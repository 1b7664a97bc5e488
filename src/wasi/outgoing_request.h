// The head of a call to an upstream.
#pragma once

#include <cstdint>
#include <optional>

#include "http/request_head.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// Makes the request; none when the host refuses a part of it. `body_bytes`: the length of its
/// body; none when nobody knows it, and the body goes in chunks then.
OutgoingRequest make_request(const RequestHead& head, std::optional<std::uint64_t> body_bytes);

/// Begins the call; none when the host refuses it.
FutureIncomingResponse send(OutgoingRequest request);

}  // namespace fluxgate::wasi
