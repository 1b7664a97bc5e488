// The effect fetch.
#pragma once

#include <memory>

#include "effect/effect.h"
#include "wasi/bodies.h"
#include "wasi/operation.h"

namespace fluxgate::wasi {

/// Calls an upstream and puts the body of its answer into `bodies`. Redirects are not followed:
/// wasi:http has none.
///
/// Replies `unsupported` to `binding://` URLs, and `failed` when no answer came, when the host does
/// not take the request, and for an answer in a content coding: hosts do not undo codings, and none
/// was asked for.
std::unique_ptr<Operation> start_fetch(const Effect& effect, Bodies& bodies);

}  // namespace fluxgate::wasi
