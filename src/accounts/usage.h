// What the ledger knows of days that were.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exchange/exchange.h"

namespace fluxgate {

/// What a client has had in a day.
struct DayUse {
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t pictures = 0;  ///< With those that are reserved now.
  std::int64_t cost = 0;      ///< Billionths of a US dollar.

  DayUse& operator+=(const DayUse& other);
};

struct ClientDay {
  std::string client;
  std::string day;  ///< "2026-11-30"
  DayUse use = {};
};

/// How a backend has done, over all days that are kept.
struct BackendUse {
  std::string provider;  ///< The name of its settings.
  std::int64_t ok = 0;
  std::int64_t failed = 0;
  /// How many pictures took at most so many ms, and longer than another bound.
  std::vector<std::pair<std::uint32_t, std::int64_t>> took = {};
  std::vector<std::string> faults = {};  ///< The last ones, each as JSON.

  /// The bound below which that share of all pictures stays, in ms; 0 when there are none.
  std::uint32_t quantile_ms(std::int64_t percent) const;
};

/// The uses of one client; of all of them when `client` is empty. By client, then by day. `is_cut`:
/// there are more than are read. Error: ledger_unavailable.
Task<std::vector<ClientDay>> read_uses(Exchange& exchange, std::string_view client, bool& is_cut);

/// Error: ledger_unavailable.
Task<std::vector<BackendUse>> read_backends(Exchange& exchange);

}  // namespace fluxgate
