#include "faces/health.h"

namespace fluxgate {

Task<> show_health(Exchange& exchange) {
  co_await exchange.respond(json_response(200, R"({"status":"ok"})"));
}

}  // namespace fluxgate
