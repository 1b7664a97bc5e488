// What one request is charged with, and what it has learned for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unix_ms.h"
#include "clients/client.h"
#include "ledger/left_work.h"
#include "ledger/steps.h"

namespace fluxgate {

/// A call that ordered a picture, for the statistics of its backend.
struct BilledCall {
  std::string_view provider = {};  ///< As its settings are called; lives as long as the instance.
  std::string_view failure = {};   ///< As the log names it (docs/logs.md); empty: it went well.
  UnixMs took_ms = 0;
  int status = 0;            ///< Of the answer; 0 when none came.
  std::string message = {};  ///< What the backend says of its failure, without secrets, cut.
};

/// A key that rests, as all instances are to know it.
struct RestingKey {
  std::string_view mark;  ///< Instance::mark_of(); lives as long as the instance.
  int failure_class;      ///< The number of the FailureClass that it rests for.
  UnixMs until_ms;
};

/// How often a client may still ask, for the headers x-ratelimit-*.
struct RateState {
  std::uint32_t limit;
  std::uint32_t remaining;
  UnixMs reset_ms;  ///< In how many ms the minute is over.
};

/// A text of the ledger by which a request makes known that it makes an answer.
struct Claim {
  std::string name;
  std::string text;  ///< No other request writes the same.
};

/// Filled while the request is worked on. Counts are of pictures.
struct Account {
  /// Keeps the list alive that the client stands in, where it may be read anew.
  std::shared_ptr<const ClientList> list;
  const Client* client = nullptr;

  // What was reserved.
  std::string day;  ///< Of the reservation, "2026-11-30"; empty: nothing was asked.
  std::uint32_t reserved_count = 0;
  std::int64_t price = 0;   ///< Of one picture, as it was reserved, in billionths of a dollar.
  bool is_entered = false;  ///< The ledger has let the request in, and holds that.
  /// The ledger was asked to let the request in, and nobody knows whether it has.
  bool is_in_doubt = false;
  bool is_unlimited_by_fault = false;  ///< The ledger could not be asked: limits do not hold.
  std::optional<RateState> rate;

  // What came of it.
  std::string model;  ///< That was asked for.
  std::uint32_t made_count = 0;
  std::uint32_t maybe_billed_count = 0;  ///< Those that failed and may cost money.
  std::uint32_t open_call_count = 0;     ///< Calls under way; one that is given up may cost money.
  std::int64_t cost = 0;                 ///< Of those that were made, where it is known.
  std::uint32_t unpriced_count = 0;      ///< Of those that were made, where it is not.
  std::vector<BilledCall> calls;
  std::vector<RestingKey> resting_keys;  ///< That its calls have found to rest.

  // The request's Idempotency-Key.
  bool is_claiming = false;  ///< Nobody knows yet whether this request makes the answer.
  std::string once_name;     ///< The record that this request has claimed; empty: none.
  std::string once_mark;     ///< Of the request's body.
  /// What the ledger may have made for this request without saying so.
  std::optional<Claim> doubtful_claim;
  LeftWork left_behind;              ///< By this request, whose client has left.
  std::optional<LeftWork> taken_up;  ///< What an equal request has left behind.
  std::string join_name;  ///< Of this instance, for SDKs that send the request again; empty: none.
  std::string response_name;  ///< The response that is to be kept; empty: none.
  /// What it is as long as its picture is not there; empty: it is not made in the background.
  std::string unfinished_response;
  std::string known_response;      ///< What the ledger has of it.
  bool leaves_orders = false;      ///< A picture that is ordered is left to later requests.
  std::string picture_name;        ///< Of the first picture in the store; empty: after the request.
  std::string kept_name;           ///< The kept answer that this request has to make; empty: none.
  std::string kept_text;           ///< What it is; empty: none was made.
  std::uint32_t cache_s = 0;       ///< For how long pictures may be given to later requests.
  std::vector<LedgerStep> cached;  ///< What keeps pictures that the client wants again.
  std::string replay;  ///< The recorded answer that this request gets instead of its own.

  /// Is there anything to be settled?
  bool is_open() const {
    return is_entered || is_in_doubt || doubtful_claim || !cached.empty() ||
           !(once_name.empty() && kept_name.empty() && join_name.empty() && response_name.empty());
  }
  void add_made(std::optional<std::int64_t> picture_cost) {
    ++made_count;
    if (picture_cost) {
      cost += *picture_cost;
    } else {
      ++unpriced_count;
    }
  }
  /// The pictures that count: those that were made, and those that may have been.
  std::int64_t settled_count() const {
    return std::int64_t{made_count} + maybe_billed_count + open_call_count;
  }
  /// What the request comes to, in billionths of a dollar.
  std::int64_t settled_cost() const {
    return cost + price * (settled_count() - made_count + unpriced_count);
  }
};

}  // namespace fluxgate
