// The services of a good host: a ledger, rates, events, and a list of clients.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "effect/effect.h"
#include "ledger/local_ledger.h"
#include "session_script.h"

namespace fluxgate::fuzz {

/// Answers calls to bindings as src/abi/abi.md says, and breaks off at one that is not of its form.
class Services {
 public:
  /// Nothing for a call to anybody else.
  std::optional<Reply> answer(const Effect& effect, UnixMs now_ms);
  /// Was all that requests have reserved settled?
  bool is_settled() const { return held_.empty(); }

 private:
  std::string ask_ledger(std::string_view body, UnixMs now_ms, std::uint32_t& status);

  LocalLedger ledger_;
  std::set<std::pair<std::string, std::string>> held_;  ///< Counters, and who holds of them.
};

}  // namespace fluxgate::fuzz
