#include "gateway/picture_room.h"

#include <utility>

#include "openai/chat_request.h"

namespace fluxgate {
namespace {

static_assert(kMaxPictures * kPictureRoomBytes <= kMaxHeldBytes);

/// Between two looks whether there is room: others need about a second for a part.
constexpr std::uint32_t kPollMs = 50;

}  // namespace

Task<> PictureRoom::take() {
  while (!is_taken()) {
    Result<Load::Share> share = load_.take_bytes(bytes_);
    if (share) {
      share_.emplace(*std::move(share));
    } else {
      co_await sleep(kPollMs);
    }
  }
}

void PictureRoom::keep(std::uint64_t bytes) {
  if (share_) share_->shrink_to(bytes);
}

}  // namespace fluxgate
