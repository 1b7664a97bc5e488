#include "studio/picture_room.h"

#include <utility>

#include "exchange/patience.h"

namespace fluxgate {
Task<> PictureRoom::take() {
  if (is_taken()) co_return;
  Budget::Turn turn(budget_);
  while (!is_taken()) {
    if (turn.has_come()) {
      Result<Budget::Share> share = budget_.take(needed_bytes());
      if (share) {
        share_.emplace(*std::move(share));
        co_return;
      }
    }
    co_await Sleep(kRoomPollMs);
  }
}

void PictureRoom::settle(std::size_t link_bytes) {
  --open_count_;
  link_bytes_ += link_bytes;
  if (share_) share_->shrink_to(needed_bytes());
}

}  // namespace fluxgate
