// POST /v1/responses: a talk goes in; a picture comes out, with a message that shows it, or a text.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

/// No answer is kept. A response's id names its picture in the store, so that the next request can
/// change it by `previous_response_id` or by the id of its item; behind a text it names the last
/// picture before.
///
/// Errors: what responses/request.h, talk/wish.h and talk/answer.h say, request_too_large,
/// unsupported_image_model, previous_response_not_found.
Task<> create_response(Exchange& exchange);

/// GET, DELETE and cancelling of a response that was made before: there is none. Error:
/// response_not_found.
Task<> find_response(Exchange& exchange);

}  // namespace fluxgate
