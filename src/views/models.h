// GET /v1/models and GET /v1/models/{id}.
#pragma once

#include "exchange/exchange.h"

namespace fluxgate {

Task<> list_models(Exchange& exchange);

/// The id may hold slashes, escaped or not ("black-forest-labs/FLUX.1-schnell"). Error:
/// model_not_found.
Task<> show_model(Exchange& exchange);

}  // namespace fluxgate
