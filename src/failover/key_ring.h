// The keys of one provider: where to begin, and which of them rest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/unix_ms.h"
#include "failover/classify.h"

namespace fluxgate {

/// A set of FailureClass.
class FailureClasses {
 public:
  void add(FailureClass kind) { bits_ |= bit(kind); }
  void add(FailureClasses others) { bits_ |= others.bits_; }
  bool has(FailureClass kind) const { return (bits_ & bit(kind)) != 0; }
  bool only(FailureClass kind) const { return bits_ == bit(kind); }

 private:
  static std::uint32_t bit(FailureClass kind) { return 1u << static_cast<unsigned>(kind); }
  std::uint32_t bits_ = 0;
};

/// Most calls for one picture: bounds what one request can cost and how many of a Worker's
/// subrequests it takes.
constexpr std::size_t kMaxImageAttempts = 4;

/// The keys that a run has called, in order; one may stand in it twice.
class TriedKeys {
 public:
  void add(std::size_t key) { keys_[count_++] = key; }
  bool has(std::size_t key) const;
  std::size_t last() const { return keys_[count_ - 1]; }
  bool full() const { return count_ == keys_.size(); }

 private:
  std::array<std::size_t, kMaxImageAttempts> keys_{};
  std::size_t count_ = 0;
};

/// Lives as long as the instance, and learns from every picture's calls. Keys are named by their
/// index. Another instance has a ring of its own: what one learns the others find out for
/// themselves, at the price of a refused call.
class KeyRing {
 public:
  explicit KeyRing(std::size_t key_count) : keys_(key_count) {}

  /// Where a picture's run begins: each time one key further, so that all take their share.
  std::size_t next_start();

  /// The first free key at or after `start`, going round, that is not among `tried`.
  std::optional<std::size_t> next(std::size_t start, const TriedKeys& tried, UnixMs now_ms) const;

  /// The key whose rest ends first. There must be one key at least.
  std::size_t first_free(UnixMs now_ms) const;
  /// How long until then; 0 when a key is free.
  UnixMs wait_ms(UnixMs now_ms) const { return rest_left_ms(first_free(now_ms), now_ms); }

  /// Why the resting keys rest.
  FailureClasses reasons(UnixMs now_ms) const;

  /// What a call with this key came to. The key rests for verdict.rest_ms, or, after
  /// kMaxServerFaults server faults in a row, for kServerRestMs; an earlier rest is never cut
  /// short.
  void learn(std::size_t key, const Verdict& verdict, UnixMs now_ms);
  void learn_success(std::size_t key) { keys_[key].server_fault_count = 0; }

 private:
  struct Key {
    UnixMs free_at_ms = 0;
    FailureClass reason = FailureClass::rate;  ///< Of the rest.
    std::uint32_t server_fault_count = 0;      ///< In a row.
  };
  /// 0 for a key that is free. A rest longer than any that is given out comes from a clock that
  /// was set back, and does not count.
  UnixMs rest_left_ms(std::size_t key, UnixMs now_ms) const;

  std::vector<Key> keys_;
  std::size_t start_ = 0;
};

constexpr std::uint32_t kMaxServerFaults = 3;
constexpr UnixMs kServerRestMs = 5'000;

}  // namespace fluxgate
