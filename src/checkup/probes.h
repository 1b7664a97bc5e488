// Asks every upstream, with each of its keys, whether it would work, by calls that cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/exchange.h"

namespace fluxgate {

/// What an upstream says to one key.
enum class UpstreamState : std::uint8_t {
  ok,
  unreachable,   ///< No answer came.
  refused,       ///< It does not accept the key.
  out_of_money,  ///< The key's money or long quota is used up.
  limited,       ///< The key has to wait: its settings are right.
  not_found,     ///< There is nothing at the address.
  faulty,        ///< It has a fault of its own.
  unclear,       ///< An answer that such a server does not give: a redirect, a page.
};

/// "ok", "out_of_money", ...
std::string_view upstream_state_name(UpstreamState state);

struct Finding {
  std::string_view upstream;  ///< "IMAGE_GEN_2", "OPENAI".
  std::size_t key;            ///< The index of the key.
  UpstreamState state;
  int status;        ///< 0: no answer came.
  UnixMs ms;         ///< How long the answer took.
  std::string says;  ///< Its own words, as clients may read them (failover/reason.h).
};

struct Findings {
  std::vector<Finding> list;
  /// What to do about them. Each text is a sentence that names the variable.
  std::vector<std::string> advice;
};

/// Most calls of one check: Workers of the free plan have 50 for a request.
constexpr std::size_t kMaxProbes = 40;

/// Asks the backends and the language model, several at once. A key is tried with a body that lacks
/// everything, which servers refuse with 400 when the key is good and with 401 when it is not; the
/// models are looked up in the server's list, where it has one. The log hears of each call. Error:
/// client_closed.
Task<Findings> probe_upstreams(Exchange& exchange);

}  // namespace fluxgate
