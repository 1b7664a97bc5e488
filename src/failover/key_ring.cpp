#include "failover/key_ring.h"

#include <algorithm>

#include "failover/retry_after.h"

namespace fluxgate {
namespace {

constexpr UnixMs kMaxRestMs = std::max({kAuthRestMs, kQuotaRestMs, kMaxRetryAfterMs});

}  // namespace

bool TriedKeys::has(std::size_t key) const {
  for (std::size_t i = first_; i < count_; ++i) {
    if (keys_[i] == key) return true;
  }
  return false;
}

std::size_t KeyRing::next_start() {
  const std::size_t start = start_;
  if (++start_ >= keys_.size()) start_ = 0;
  return start;
}

std::optional<std::size_t> KeyRing::next(std::size_t start, const TriedKeys& tried,
                                         UnixMs now_ms) const {
  for (std::size_t step = 0; step < keys_.size(); ++step) {
    const std::size_t key = (start + step) % keys_.size();
    if (!tried.has(key) && rest_left_ms(key, now_ms) == 0) return key;
  }
  return std::nullopt;
}

std::size_t KeyRing::first_free(UnixMs now_ms) const {
  std::size_t first = 0;
  for (std::size_t key = 1; key < keys_.size(); ++key) {
    if (rest_left_ms(key, now_ms) < rest_left_ms(first, now_ms)) first = key;
  }
  return first;
}

UnixMs KeyRing::rest_left_ms(std::size_t key, UnixMs now_ms) const {
  const UnixMs left_ms = keys_[key].free_at_ms - now_ms;
  return left_ms > 0 && left_ms <= kMaxRestMs ? left_ms : 0;
}

FailureClasses KeyRing::reasons(UnixMs now_ms) const {
  FailureClasses reasons;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    if (rest_left_ms(key, now_ms) > 0) reasons.add(keys_[key].reason);
  }
  return reasons;
}

void KeyRing::learn(std::size_t key, const Verdict& verdict, UnixMs now_ms) {
  Key& state = keys_[key];
  UnixMs rest_ms = verdict.rest_ms;
  if (verdict.kind == FailureClass::server) {
    if (++state.server_fault_count >= kMaxServerFaults) {
      rest_ms = kServerRestMs;
      state.server_fault_count = 0;
    }
  } else if (verdict.kind != FailureClass::connect && verdict.kind != FailureClass::reset &&
             verdict.kind != FailureClass::timeout) {
    state.server_fault_count = 0;  // The backend answered, and had no fault itself.
  }
  rest(key, verdict.kind, now_ms + rest_ms, now_ms);
}

void KeyRing::rest(std::size_t key, FailureClass reason, UnixMs until_ms, UnixMs now_ms) {
  if (until_ms - now_ms <= rest_left_ms(key, now_ms)) return;
  keys_[key].free_at_ms = until_ms;
  keys_[key].reason = reason;
}

}  // namespace fluxgate
