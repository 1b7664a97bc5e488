#include "accounts/lookout.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "accounts/transact.h"

namespace fluxgate {
namespace {

constexpr int kMostLostLooks = 5;

}  // namespace

Task<std::optional<std::string>> Lookout::next() {
  for (int lost_looks = 0;;) {
    co_await Sleep(pause_ms_);
    pause_ms_ = std::min(pause_ms_ * 3 / 2, kLongestPauseMs);
    std::vector<LedgerStep> look;
    look.push_back(read_step(name_));
    Result<LedgerAnswer> seen = co_await attempt(transact(exchange_, std::move(look)));
    if (seen) co_return std::move(seen->results.front().text);
    if (++lost_looks == kMostLostLooks) co_return Error(seen.error());
  }
}

}  // namespace fluxgate
