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

/// Most calls that order one picture, over all candidates and keys. The limit bounds what a request
/// can cost and how many of a Worker's subrequests it takes.
constexpr std::size_t kMaxImageAttempts = 4;

/// The keys that a run has called with, in order; a key may occur twice.
class TriedKeys {
 public:
  void add(std::size_t key) { keys_[count_++] = key; }
  /// Was this key of the present ring tried?
  bool has(std::size_t key) const;
  std::size_t last() const { return keys_[count_ - 1]; }
  bool full() const { return count_ == keys_.size(); }
  /// From now on keys are of another ring; those before count, but are none of them.
  void turn_to_other_ring() { first_ = count_; }

 private:
  std::array<std::size_t, kMaxImageAttempts> keys_{};
  std::size_t first_ = 0;  ///< Of the present ring.
  std::size_t count_ = 0;
};

/// The ring lives as long as the instance and learns from the calls of every picture. Keys are
/// named by their index. Each instance has its own ring and learns that a key rests by a refused
/// call, or from the ledger of all instances.
class KeyRing {
 public:
  explicit KeyRing(std::size_t key_count) : keys_(key_count) {}

  /// The key where a picture's run begins: one further each time, so that all keys share the work.
  std::size_t next_start();

  /// The first free key from `start` on, around the ring, that is not in `tried`.
  std::optional<std::size_t> next(std::size_t start, const TriedKeys& tried, UnixMs now_ms) const;

  /// The key whose rest ends first. The ring must have a key.
  std::size_t first_free(UnixMs now_ms) const;
  /// How long until the first key is free; 0 when one is free now.
  UnixMs wait_ms(UnixMs now_ms) const { return rest_left_ms(first_free(now_ms), now_ms); }

  std::size_t size() const { return keys_.size(); }
  /// How long the key still rests; 0 when it is free. A rest longer than learn() ever gives comes
  /// from a clock that was set back, and counts as none.
  UnixMs rest_left_ms(std::size_t key, UnixMs now_ms) const;

  /// The failures that the resting keys rest for.
  FailureClasses reasons(UnixMs now_ms) const;

  /// Notes how a call with this key failed. The key rests for verdict.rest_ms, or for kServerRestMs
  /// after kMaxServerFaults server faults in a row; a rest that ends later stays as it is.
  void learn(std::size_t key, const Verdict& verdict, UnixMs now_ms);
  /// Notes what another instance has learned: the key rests until then.
  void rest(std::size_t key, FailureClass reason, UnixMs until_ms, UnixMs now_ms);
  void learn_success(std::size_t key) { keys_[key].server_fault_count = 0; }

 private:
  struct Key {
    UnixMs free_at_ms = 0;
    FailureClass reason = FailureClass::rate;  ///< Why the key rests.
    std::uint32_t server_fault_count = 0;      ///< In a row.
  };
  std::vector<Key> keys_;
  std::size_t start_ = 0;
};

constexpr std::uint32_t kMaxServerFaults = 3;
constexpr UnixMs kServerRestMs = 5'000;

}  // namespace fluxgate
