// Makes the pictures of an order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/audience.h"
#include "exchange/exchange.h"
#include "studio/making.h"
#include "studio/order.h"

namespace fluxgate {

/// The pictures of an order.
struct Pictures {
  std::vector<Picture> list;
  std::uint32_t lost_count = 0;  ///< Those of the order that failed.
  std::string lost_reason;       ///< What a client is told of the first of them.
  Making making;
  /// Of what they take in the module: keep it until the client has them.
  std::optional<Budget::Share> share;
};

/// Tells the log how many pictures the client gets, how many were lost, and what those cost that it
/// gets.
void log_pictures(Exchange& exchange, std::size_t made_count, std::uint32_t lost_count, Cost cost);

/// What a client is told when only some of its pictures could be made; empty when all could.
std::string lost_note(std::uint32_t lost_count, std::uint32_t asked_count, std::string_view reason);

/// Makes the pictures of an order side by side, each with calls of its own: one key and one
/// candidate after the other, as failover/attempts.h says. `audience` hears of each call. The texts
/// of order.job must outlive the Task. A backend is asked for a size that its model takes
/// (studio/fit.h).
///
/// If some pictures fail, the others are given, since they are paid for. If all fail, the error is
/// image_input_unsupported or mask_unsupported where no candidate takes pictures or a mask, else
/// that of the first picture: picture_ordered (studio/call.h), those of failover/classify.h and
/// attempts.h, and for a picture that cannot be shown upstream_bad_url, upstream_not_an_image,
/// upstream_too_large.
///
/// Log: the size, each call, and why a run has ended whose last call does not say it
/// (`img_all_rate`, `img_exhausted`, ...).
Task<Pictures> make_pictures(Exchange& exchange, Audience& audience, Order order);

}  // namespace fluxgate
