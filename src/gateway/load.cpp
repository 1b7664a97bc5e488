#include "gateway/load.h"

namespace fluxgate {

Result<Load::Share> Load::take(std::size_t requests, std::uint64_t bytes) {
  if (requests_in_flight_ + requests > kMaxRequestsInFlight ||
      held_bytes_ + bytes > kMaxHeldBytes) {
    Error overloaded(ErrorCode::overloaded, "The gateway is busy; ask again in a moment.");
    overloaded.retry_after_s = 1;
    return overloaded;
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

void Load::give_back(std::size_t requests, std::uint64_t bytes) {
  requests_in_flight_ -= requests;
  held_bytes_ -= bytes;
}

}  // namespace fluxgate
