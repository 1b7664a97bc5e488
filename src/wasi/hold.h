// Performs the effect hold.
#pragma once

#include <memory>

#include "effect/effect.h"
#include "wasi/bodies.h"
#include "wasi/operation.h"

namespace fluxgate::wasi {

/// Keeps the effect's bytes, and those of its target up to the delimiter, and puts them into
/// `bodies` by the effect's id; or adds them to the held body that the effect names. Replies
/// `failed` when there is no memory for them.
std::unique_ptr<Operation> start_hold(const Effect& effect, Bodies& bodies);

}  // namespace fluxgate::wasi
