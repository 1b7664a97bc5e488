// GET /v1/models and GET /v1/models/{id}.
#pragma once

#include "gateway/exchange.h"
#include "gateway/gateway.h"

namespace fluxgate {

Task<> list_models(Gateway& gateway, Exchange& exchange);

/// The id may hold slashes, escaped or not ("black-forest-labs/FLUX.1-schnell"). Error:
/// model_not_found.
Task<> show_model(Gateway& gateway, Exchange& exchange);

}  // namespace fluxgate
