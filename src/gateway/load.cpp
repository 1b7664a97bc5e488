#include "gateway/load.h"

namespace fluxgate {
namespace {

Error overloaded_error() {
  Error error(ErrorCode::overloaded, "The gateway is busy; ask again in a moment.");
  error.retry_after_s = 1;
  return error;
}

}  // namespace

Result<Load::Share> Load::take_bytes(std::uint64_t bytes) {
  if (bytes > kMaxBytesPastLine && !line_.empty()) return overloaded_error();
  return take(0, bytes);
}

Result<Load::Share> Load::take(std::size_t requests, std::uint64_t bytes) {
  if (requests_in_flight_ + requests > kMaxRequestsInFlight ||
      held_bytes_ + bytes > kMaxHeldBytes) {
    return overloaded_error();
  }
  requests_in_flight_ += requests;
  held_bytes_ += bytes;
  return Share(*this, requests, bytes);
}

void Load::Share::shrink_to(std::uint64_t bytes) {
  if (bytes >= bytes_) return;
  load_->give_back(0, bytes_ - bytes);
  bytes_ = bytes;
}

Result<void> Load::Share::resize(std::uint64_t bytes, std::uint64_t most_held_bytes) {
  const std::uint64_t held_bytes = load_->held_bytes_ - bytes_ + bytes;
  if (bytes > bytes_ && held_bytes > most_held_bytes) return overloaded_error();
  load_->held_bytes_ = held_bytes;
  bytes_ = bytes;
  return {};
}

void Load::give_back(std::size_t requests, std::uint64_t bytes) {
  requests_in_flight_ -= requests;
  held_bytes_ -= bytes;
}

}  // namespace fluxgate
