// A client that waits long for a whole answer.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// Does `work`, which answers with JSON. With KEEP_ALIVE_WHITE_SPACE, white space goes out in front
/// of the answer whenever nothing was sent for kAnswerSilenceMs. The request must have been checked
/// before: once white space is out, an error has status 200. Errors: the work's, client_closed.
Task<> while_client_waits(Exchange& exchange, Task<> work);

}  // namespace fluxgate
