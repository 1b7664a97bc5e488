// The effects that take bytes out of a body: read, collect, pipe, and respond with a body behind
// it. Each has the body for itself from its start; only a read that gives bytes leaves it to
// others.
#pragma once

#include <memory>

#include "effect/effect.h"
#include "wasi/bodies.h"
#include "wasi/client_answer.h"
#include "wasi/operation.h"

namespace fluxgate::wasi {

/// Reads the next bytes.
std::unique_ptr<Operation> start_read(const Effect& effect, Bodies& bodies);
/// Reads all bytes into one block.
std::unique_ptr<Operation> start_collect(const Effect& effect, Bodies& bodies);
/// Sends all bytes to the client, piece by piece. The time that the client takes for a piece does
/// not count as the body's silence.
std::unique_ptr<Operation> start_pipe(const Effect& effect, Bodies& bodies, ClientAnswer& answer);
/// The same for a body that is passed on, of any length.
std::unique_ptr<Operation> start_passing(const Effect& effect, Bodies& bodies,
                                         ClientAnswer& answer);

}  // namespace fluxgate::wasi
