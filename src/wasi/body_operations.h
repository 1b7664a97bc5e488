// The effects that take bytes out of a body: read, collect, pipe.
#pragma once

#include <memory>

#include "effect/effect.h"
#include "wasi/bodies.h"
#include "wasi/client_answer.h"
#include "wasi/operation.h"

namespace fluxgate::wasi {

/// Reads the next bytes.
std::unique_ptr<Operation> start_read(const Effect& effect, Bodies& bodies, Instant now);
/// Reads all bytes into one block.
std::unique_ptr<Operation> start_collect(const Effect& effect, Bodies& bodies, Instant now);
/// Sends all bytes to the client, piece by piece. The time that the client takes for a piece does
/// not count as the body's silence.
std::unique_ptr<Operation> start_pipe(const Effect& effect, Bodies& bodies, ClientAnswer& answer,
                                      Instant now);

}  // namespace fluxgate::wasi
