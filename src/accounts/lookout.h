// Waiting for what another request writes into the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exchange/exchange.h"

namespace fluxgate {

/// Looks at a text of the ledger again and again, with growing pauses.
class Lookout {
 public:
  Lookout(Exchange& exchange, std::string name) : exchange_(exchange), name_(std::move(name)) {}

  /// The text after a pause; nothing when it is gone. Error: ledger_unavailable, when several looks
  /// in a row have failed.
  Task<std::optional<std::string>> next();

 private:
  static constexpr std::uint32_t kFirstPauseMs = 50;
  static constexpr std::uint32_t kLongestPauseMs = 2'000;

  Exchange& exchange_;
  std::string name_;
  std::uint32_t pause_ms_ = kFirstPauseMs;
};

}  // namespace fluxgate
