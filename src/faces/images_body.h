// Receives what a client of the images face sends: JSON, or a form with the pictures themselves.
#pragma once

#include <string_view>

#include "exchange/exchange.h"
#include "gallery/references.h"
#include "openai/images_request.h"

namespace fluxgate {

/// A request, and the pictures that it gives to go by. Their texts in the request are gone.
struct ImagesBody {
  ImagesRequest request;
  Budget::Share share;  ///< Of the load, for the request's texts.
  References references;
};

/// `default_prompt`: for a request without one; empty: there must be one. Errors: those of
/// openai/images_request.h, exchange/form.h, exchange/request_body.h and gallery/references.h.
Task<ImagesBody> receive_images_body(Exchange& exchange, std::string_view default_prompt);

}  // namespace fluxgate
