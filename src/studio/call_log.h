// What is written down of calls to image backends.
#pragma once

#include <cstddef>

#include "exchange/exchange.h"
#include "studio/call.h"

namespace fluxgate {

/// Tells the log and the client's account of a call with the key `key` that is over.
void log_call(Exchange& exchange, const Candidate& candidate, std::size_t key, UnixMs took_ms,
              const ImageCall& call);

/// Tells the log of a call that has ordered a picture, or asked for one, which is not there yet.
void log_ordered(Exchange& exchange, const Candidate& candidate, std::size_t key, UnixMs took_ms);

}  // namespace fluxgate
