// Collects everything that a request waits for, and waits for it in one call.
#pragma once

#include <vector>

#include "wit/clock.h"
#include "wit/resource.h"

namespace fluxgate::wasi {

/// The set is filled anew before each wait. Pollables and flags must live until block() has
/// returned.
class PollSet {
 public:
  void clear();
  /// `ready` becomes true when block() finds the pollable ready.
  void add(const Pollable& pollable, bool& ready);
  void add_deadline(Instant at, bool& ready);
  /// The set holds nothing to wait for.
  bool empty() const { return pollables_.empty() && deadlines_.empty(); }

  /// Waits until something is ready and returns the time. The set must not be empty.
  Instant block();

 private:
  struct Deadline {
    Instant at;
    bool* ready;
  };
  void set_timer(Instant at);

  std::vector<Handle> pollables_;
  std::vector<bool*> flags_;  ///< One for each pollable.
  std::vector<Deadline> deadlines_;
  /// The timer stays from wait to wait and may ring too early, so that deadlines that move on with
  /// every chunk cost no call.
  Pollable timer_;
  Instant timer_at_ = kNever;
};

}  // namespace fluxgate::wasi
