// POST /v1/responses: a talk goes in; a picture comes out, with a message that shows it, or a text.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// A response's id names its picture in the store, so that the next request can
/// change it by `previous_response_id` or by the id of its item; behind a text it names the last
/// picture before.
///
/// With a ledger a response is kept, unless the client says `store: false`; and where it says
/// `background`, and the backend draws later, the answer is there as soon as the picture is
/// ordered: `queued`. Whoever asks for that response asks the backend.
///
/// Errors: what responses/request.h, talk/wish.h and talk/answer.h say, request_too_large,
/// unsupported_image_model, previous_response_not_found.
Task<> create_response(Exchange& exchange);

/// GET and DELETE of /v1/responses/ID, and POST of /v1/responses/ID/cancel, for responses that are
/// kept. Errors: response_not_found, ledger_unavailable, invalid_parameters (one that was not made
/// in the background cannot be cancelled).
Task<> find_response(Exchange& exchange);

}  // namespace fluxgate
