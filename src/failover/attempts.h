// One picture's run of calls: which candidate and which key come next, after what pause, and when
// the run stops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/unix_ms.h"
#include "failover/classify.h"
#include "failover/key_ring.h"

namespace fluxgate {

/// A run makes at most so many further calls after faults of the backend (FailureClass::server).
constexpr std::uint32_t kMaxServerRetries = 2;

struct AttemptLimits {
  /// The run must be over then: no pause reaches beyond it.
  UnixMs deadline_ms = 0;
  /// Most further calls after the connection was lost and nobody can tell whether the backend made
  /// the picture. With 0 the run also stops after an answer of 500, 502 or 504, because the backend
  /// may have made the picture before it answered.
  std::uint32_t ambiguous_retry_count = 1;
};

/// The caller pauses for `pause_ms` (0: not at all) and calls this candidate with this key.
struct NextCall {
  std::size_t candidate = 0;
  std::size_t key = 0;
  std::uint32_t pause_ms = 0;
};

/// The run is over.
struct GiveUp {
  /// Error::maybe_billed says whether any call of the run may have been billed. The message holds
  /// what the backend has said to the last call of this run that failed so, if it has.
  Error error;
  /// The event of the run's own line in the log, for example "img_all_rate"; empty when the line of
  /// the last call says everything.
  std::string_view event;
};

using NextStep = std::variant<NextCall, GiveUp>;

/// The plan lives for one picture. Other runs share its key rings and go on while this run waits.
///
/// The candidates are backends that have the model, each with its keys. The next one is asked when
/// one has certainly not begun to draw and no key of it helps: all of them rest or were refused, it
/// does not know the model, it cannot be reached, or it is overloaded (503, 529). It is never asked
/// after a failure that may have been billed, nor after a refusal of the prompt or of the request,
/// which the next one would repeat.
///
///   NextStep step = plan.start(now_ms);
///   while (const NextCall* call = std::get_if<NextCall>(&step)) {
///     ...pause, call...                      success: plan.succeeded(), and out
///     step = plan.failed(verdict, now_ms, random);
///   }
class AttemptPlan {
 public:
  /// `candidates`: the keys of each, in the order in which they are asked; they must outlive this.
  AttemptPlan(std::span<KeyRing* const> candidates, AttemptLimits limits)
      : candidates_(candidates), limits_(limits) {}

  /// The first step: a call, or GiveUp when every key rests.
  NextStep start(UnixMs now_ms);
  /// The step after a call that ended with `verdict`. `random`: any number; it chooses the length
  /// of the pause.
  NextStep failed(const Verdict& verdict, UnixMs now_ms, std::uint32_t random);
  UnixMs deadline_ms() const { return limits_.deadline_ms; }
  /// A client that reads slowly takes its own time, not the backend's.
  void postpone_deadline(UnixMs by_ms) { limits_.deadline_ms += by_ms; }
  void succeeded() { keys().learn_success(tried_.last()); }

 private:
  KeyRing& keys() const { return *candidates_[candidate_]; }
  bool risks_bill(const Verdict& verdict) const;
  std::optional<NextCall> first_of(std::size_t candidate, UnixMs now_ms);
  std::optional<NextCall> next_candidate(UnixMs now_ms);
  std::size_t first_free(UnixMs now_ms) const;
  FailureClasses reasons(UnixMs now_ms) const;
  NextStep step_after(const Verdict& verdict, UnixMs now_ms, std::uint32_t random);
  NextCall call(std::size_t key, UnixMs pause_ms);
  NextStep with_other_key(const Verdict& verdict, UnixMs now_ms);
  NextStep again(const Verdict& verdict, UnixMs pause_ms, UnixMs now_ms);
  NextStep exhausted(const Verdict& last, UnixMs now_ms);
  NextStep end(const Verdict& last, UnixMs now_ms) const;
  Error most_hopeful_error(const FailureClasses& failures, std::string detail, UnixMs now_ms) const;
  Error told_error(FailureClass kind, std::string detail, UnixMs wait_ms) const;

  std::span<KeyRing* const> candidates_;
  std::size_t candidate_ = 0;  ///< The one that is asked.
  AttemptLimits limits_;
  TriedKeys tried_;
  FailureClasses failures_;       ///< What this run's calls have met.
  std::string told_;              ///< The message of the last of the most hopeful ones.
  std::uint32_t lost_count_ = 0;  ///< Connections that failed or were lost.
  std::uint32_t server_fault_count_ = 0;
  bool waited_for_key_ = false;
  bool maybe_billed_ = false;
};

}  // namespace fluxgate
