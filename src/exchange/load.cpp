#include "exchange/load.h"

namespace fluxgate {

Result<Budget::Share> Budget::take(std::uint64_t amount) {
  Share share(*this);
  const Result<void> taken = share.resize(amount);
  if (!taken) return taken.error();
  return share;
}

void Budget::Share::shrink_to(std::uint64_t amount) {
  if (amount >= amount_) return;
  budget_->taken_ -= amount_ - amount;
  amount_ = amount;
}

Result<void> Budget::Share::resize(std::uint64_t amount, std::uint64_t most_taken) {
  const std::uint64_t taken = budget_->taken_ - amount_ + amount;
  if (amount > amount_ && taken > most_taken) {
    Error error(ErrorCode::overloaded, "The gateway is busy; ask again in a moment.");
    error.retry_after_s = 1;
    return error;
  }
  budget_->taken_ = taken;
  amount_ = amount;
  return {};
}

}  // namespace fluxgate
