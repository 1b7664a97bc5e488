// One request as plain data, and the host that serves it again and again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/gateway.h"

namespace fluxgate::counts {

/// What an upstream answers to one fetch: the pieces are what the reads give, one each.
struct ScriptedAnswer {
  std::uint32_t status;
  std::string header_lines;
  std::vector<std::string> pieces;
};

struct ScriptedRequest {
  std::string name;
  std::string head;                     ///< As parse_request_head() reads it.
  std::string body;                     ///< The client's.
  std::vector<ScriptedAnswer> answers;  ///< To the fetches, in their order.
  std::uint32_t status;                 ///< What the client must be answered.
  std::size_t write_count;              ///< Pieces of the answer behind its head.
};

/// The environment that all of them are served in, as Environment::parse() reads it.
std::string environment_block();

/// Every request that is counted.
std::vector<ScriptedRequest> scripted_requests();

/// Serves the request to its end. False when it did not go as it says.
bool serve(Gateway& gateway, const ScriptedRequest& request);

}  // namespace fluxgate::counts
