#include "wit/poll_set.h"

#include <algorithm>

namespace fluxgate::wasi {

void PollSet::clear() {
  pollables_.clear();
  flags_.clear();
  deadlines_.clear();
}

void PollSet::add(const Pollable& pollable, bool& ready) {
  pollables_.push_back(pollable.get());
  flags_.push_back(&ready);
}

void PollSet::add_deadline(Instant at, bool& ready) {
  deadlines_.push_back({at, &ready});
}

Instant PollSet::block() {
  bool timer_rang = false;
  Instant earliest = kNever;
  for (const Deadline& deadline : deadlines_) earliest = std::min(earliest, deadline.at);
  if (earliest != kNever) {
    set_timer(earliest);
    add(timer_, timer_rang);
  }

  RawList indices;
  wasi_poll(pollables_.data(), pollables_.size(), &indices);
  const Bytes block = take_bytes(indices);
  const auto* ready = static_cast<const std::uint32_t*>(indices.items);
  for (std::uint32_t i = 0; i < indices.count; ++i) *flags_[ready[i]] = true;

  if (timer_rang) timer_.reset();
  const Instant time = now();
  for (const Deadline& deadline : deadlines_) {
    if (deadline.at <= time) *deadline.ready = true;
  }
  return time;
}

void PollSet::set_timer(Instant at) {
  if (timer_ && timer_at_ <= at) return;
  timer_ = Pollable(wasi_monotonic_clock_subscribe_instant(at));
  timer_at_ = at;
}

}  // namespace fluxgate::wasi
