// Room in the module for the pictures of a request that come inside JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "effect/operations.h"
#include "exchange/load.h"
#include "picture/limits.h"

namespace fluxgate {

/// A share of Load::picture_bytes, held from the arrival of the first of these pictures. It is
/// taken for all pictures of the request that are not made yet: requests that hold room for one and
/// wait for another would wait for each other. Must outlive the Task of take().
class PictureRoom {
 public:
  PictureRoom(Budget& budget, std::uint32_t picture_count)
      : budget_(budget), open_count_(picture_count) {}

  bool is_taken() const { return share_.has_value(); }
  /// Takes room, and waits in line while other requests' pictures fill the budget. The caller must
  /// have a deadline.
  Task<> take();
  /// One picture is made, or has failed for good. From now on its link takes `link_bytes`.
  void settle(std::size_t link_bytes);
  /// The share that is held for the links when all pictures are settled; nothing when no picture
  /// took room.
  std::optional<Budget::Share> share() && { return std::move(share_); }

 private:
  std::uint64_t needed_bytes() const {
    return open_count_ * std::uint64_t{kPictureRoomBytes} + link_bytes_;
  }

  Budget& budget_;
  std::uint32_t open_count_;      ///< Pictures that are not settled.
  std::uint64_t link_bytes_ = 0;  ///< What the links of settled pictures take.
  std::optional<Budget::Share> share_;
};

}  // namespace fluxgate
