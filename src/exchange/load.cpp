#include "exchange/load.h"

#include <algorithm>

namespace fluxgate {
namespace {

/// How large the module's memory is.
std::uint64_t module_bytes() {
#ifdef __wasm__
  return std::uint64_t{__builtin_wasm_memory_size(0)} * 64 * 1024;
#else
  return 0;
#endif
}

/// What the module may need for such shares: reading a text takes up to five times its size for a
/// moment, and most of them are no longer read; a picture is held once, and a part of it again.
std::uint64_t module_bytes_for(std::uint64_t text_bytes, std::uint64_t picture_bytes) {
  return std::min(kMaxModuleBytes, kModuleBaseBytes + 3 * text_bytes + picture_bytes * 3 / 2);
}

}  // namespace

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
  const bool grows = amount > amount_;
  const Load* load = budget_->load_;
  const bool has_memory = !grows || load == nullptr || load->has_memory(*budget_, amount - amount_);
  if ((grows && taken > most_taken) || !has_memory) {
    Error error(ErrorCode::overloaded, "The gateway is busy; ask again in a moment.");
    error.retry_after_s = 1;
    return error;
  }
  budget_->taken_ = taken;
  amount_ = amount;
  return {};
}

bool Load::has_memory(const Budget& budget, std::uint64_t more_bytes) const {
  const auto taken = [&](const Budget& one) {
    return one.taken() + (&one == &budget ? more_bytes : 0);
  };
  const std::uint64_t held = taken(held_bytes);
  if (held == 0) return true;
  std::uint64_t module = module_bytes_for(taken(text_bytes), taken(picture_bytes));
  if (&budget == &held_bytes && !holds_inside) module = std::max(module, module_bytes());
  return held + module <= kMaxInstanceBytes;
}

}  // namespace fluxgate
