// The pictures of one order, made side by side, and what they share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "studio/order.h"
#include "studio/picture_room.h"

namespace fluxgate {

/// Must outlive the Tasks of its pictures.
class Batch {
 public:
  Batch(Exchange& exchange, Audience& audience, const Order& order)
      : exchange(exchange),
        audience(audience),
        references(order.references),
        room(exchange.instance().load().picture_bytes, order.count),
        open_count_(order.count),
        later_count_(order.later_count),
        copies_(order.delivery != Delivery::link || exchange.config().stores_pictures) {}

  /// How often a picture that is ordered may still be asked for: a fair share of the calls that the
  /// request has left; once, while it has any.
  std::uint32_t polls_left() const {
    const std::uint32_t made = exchange.session().external_call_count();
    if (made >= kMaxExternalCalls) return 0;
    const std::uint32_t copy = copies_ ? kCallsForCopy : 0;
    const std::uint32_t taken = made + copy * open_count_ + (kCallsForOrder + copy) * later_count_;
    const std::uint32_t left = kMaxExternalCalls - std::min(taken, kMaxExternalCalls);
    return std::max(left / open_count_, 1u);
  }
  /// One picture is made, or has failed for good. From now on its link takes `link_bytes`.
  void settle(std::size_t link_bytes) {
    room.settle(link_bytes);
    --open_count_;
  }

  Exchange& exchange;
  Audience& audience;
  const References* references;  ///< Of the order.
  PictureRoom room;

 private:
  /// For the copy of a picture, and a redirect on the way or a second attempt.
  static constexpr std::uint32_t kCallsForCopy = 2;
  /// For the order of a picture that comes later, and a question.
  static constexpr std::uint32_t kCallsForOrder = 2;

  std::uint32_t open_count_;  ///< Pictures that are not settled.
  std::uint32_t later_count_;
  bool copies_;  ///< Are the pictures fetched from where the backend has them?
};

}  // namespace fluxgate
