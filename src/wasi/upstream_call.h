// Performs the effect fetch.
#pragma once

#include <memory>

#include "effect/effect.h"
#include "wasi/bodies.h"
#include "wasi/operation.h"

namespace fluxgate::wasi {

/// Calls an upstream and puts the body of its answer into `bodies`. Redirects are not followed:
/// wasi:http has none.
///
/// The effect's bytes and inserts are the call's from then on. Replies `unsupported` to
/// `binding://` URLs. Replies `failed` when no answer comes, when the host does not take the
/// request, and to an answer in a content coding: hosts do not decode, and the request asked for no
/// coding. An insert that fails before the answer comes ends the call.
std::unique_ptr<Operation> start_fetch(Effect& effect, Bodies& bodies);

}  // namespace fluxgate::wasi
