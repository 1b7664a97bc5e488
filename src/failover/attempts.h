// One picture's run of calls: which key next, after what pause, and when to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/unix_ms.h"
#include "failover/classify.h"
#include "failover/key_ring.h"

namespace fluxgate {

/// Most further calls after faults of the backend (FailureClass::server).
constexpr std::uint32_t kMaxServerRetries = 2;

struct AttemptLimits {
  /// When the run must be over: no pause goes beyond it.
  UnixMs deadline_ms = 0;
  /// Most further calls after a connection was lost with no telling whether the picture was made.
  /// 0: none either after an answer of 500, 502 or 504, behind which one may have been made, too.
  std::uint32_t ambiguous_retry_count = 1;
};

/// Call the backend with this key, after a pause; 0: at once.
struct NextCall {
  std::size_t key = 0;
  std::uint32_t pause_ms = 0;
};

/// The run is over.
struct GiveUp {
  /// Error::maybe_billed: one of the run's calls, whichever, may have been billed.
  Error error;
  /// Name of the run's own line in the log, "img_all_rate"; empty when the last call's line has
  /// said everything.
  std::string_view event;
};

using NextStep = std::variant<NextCall, GiveUp>;

/// Lives for one picture. The ring is shared with other runs, which go on while this one waits.
///
///   NextStep step = plan.start(now_ms);
///   while (const NextCall* call = std::get_if<NextCall>(&step)) {
///     ...pause, call...                      success: plan.succeeded(), and out
///     step = plan.failed(verdict, now_ms, random);
///   }
class AttemptPlan {
 public:
  /// `keys` must outlive this.
  AttemptPlan(KeyRing& keys, AttemptLimits limits) : keys_(keys), limits_(limits) {}

  /// The first step. No call when every key rests.
  NextStep start(UnixMs now_ms);
  /// The step after a call that came to this. `random`: any number, for the length of pauses.
  NextStep failed(const Verdict& verdict, UnixMs now_ms, std::uint32_t random);
  void succeeded() { keys_.learn_success(tried_.last()); }

 private:
  bool risks_bill(const Verdict& verdict) const;
  NextStep step_after(const Verdict& verdict, UnixMs now_ms, std::uint32_t random);
  NextStep call(std::size_t key, UnixMs pause_ms);
  NextStep with_other_key(const Verdict& verdict, UnixMs now_ms);
  NextStep again(const Verdict& verdict, UnixMs pause_ms, UnixMs now_ms);
  NextStep exhausted(const Verdict& last, UnixMs now_ms);
  Error most_hopeful_error(const FailureClasses& failures, std::string detail, UnixMs now_ms) const;

  KeyRing& keys_;
  AttemptLimits limits_;
  TriedKeys tried_;
  FailureClasses failures_;       ///< Of this run.
  std::uint32_t lost_count_ = 0;  ///< Connections that failed or were lost.
  std::uint32_t server_fault_count_ = 0;
  bool waited_for_key_ = false;
  bool maybe_billed_ = false;
};

}  // namespace fluxgate
