// The pictures of one order, made side by side, and what they share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "studio/picture_room.h"

namespace fluxgate {

/// Must outlive the Tasks of its pictures.
class Batch {
 public:
  Batch(Exchange& exchange, Audience& audience, std::uint32_t picture_count)
      : exchange(exchange),
        audience(audience),
        room(exchange.instance().load().picture_bytes, picture_count),
        open_count_(picture_count) {}

  /// How often a picture that is ordered may still be asked for: a fair share of the calls that the
  /// request has left.
  std::uint32_t polls_left() const {
    const std::uint32_t taken = exchange.session().external_call_count() + kCallsKept * open_count_;
    return taken >= kMaxExternalCalls ? 0 : (kMaxExternalCalls - taken) / open_count_;
  }
  /// One picture is made, or has failed for good. From now on its link takes `link_bytes`.
  void settle(std::size_t link_bytes) {
    room.settle(link_bytes);
    --open_count_;
  }

  Exchange& exchange;
  Audience& audience;
  PictureRoom room;

 private:
  /// For each picture that is not settled: its copy, and a redirect on the way or a second attempt.
  static constexpr std::uint32_t kCallsKept = 2;

  std::uint32_t open_count_;  ///< Pictures that are not settled.
};

}  // namespace fluxgate
