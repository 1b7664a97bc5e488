// Everything that a request waits for at one moment, and the one call that waits.
#pragma once

#include <vector>

#include "wasi/clock.h"
#include "wasi/resource.h"

namespace fluxgate::wasi {

/// Filled anew before each wait. Pollables and flags must live until block() has returned.
class PollSet {
 public:
  void clear();
  /// `ready` becomes true when block() finds that it is.
  void add(const Pollable& pollable, bool& ready);
  void add_deadline(Instant at, bool& ready);
  /// Nothing to wait for.
  bool empty() const { return pollables_.empty() && deadlines_.empty(); }

  /// Waits until something is ready; not to be called while empty. Gives the time.
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
  /// Stays from wait to wait and may ring too early: deadlines that move on with every chunk then
  /// cost no call.
  Pollable timer_;
  Instant timer_at_ = kNever;
};

}  // namespace fluxgate::wasi
