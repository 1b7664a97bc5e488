// Gives a recorded answer once more.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Answers with account().replay, under the header `x-fluxgate-replayed: 1`. Its pictures come from
/// the store. Errors: image_gone when one is not there any more, those of gallery/picture_source.h,
/// client_closed.
Task<> replay(Exchange& exchange);

/// Answers with a record that was kept for later.
Task<> give_recorded(Exchange& exchange, RecordedAnswer record);

}  // namespace fluxgate
