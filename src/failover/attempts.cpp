#include "failover/attempts.h"

#include <algorithm>
#include <utility>

#include "failover/retry_after.h"

namespace fluxgate {
namespace {

/// The longest pauses before the first and the second further call after a server fault. A pause
/// takes any length up to that ("full jitter"), so that runs that failed together do not return
/// together. Source: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
constexpr UnixMs kServerPausesMs[kMaxServerRetries] = {250, 500};
/// The pause after a failed connection: long enough for the next call to find another address.
constexpr UnixMs kMinConnectPauseMs = 100;
constexpr UnixMs kMaxConnectPauseMs = 300;
/// When every key is limited, a run holds the client for at most this long until a key is free.
constexpr UnixMs kMaxWaitForKeyMs = 3'000;

UnixMs between(UnixMs least, UnixMs most, std::uint32_t random) {
  return least + random % (most - least + 1);
}

/// The failure that leaves the client most hope.
FailureClass most_hopeful(const FailureClasses& failures) {
  for (const FailureClass kind : {FailureClass::rate, FailureClass::server, FailureClass::quota,
                                  FailureClass::auth, FailureClass::connect}) {
    if (failures.has(kind)) return kind;
  }
  return failures.has(FailureClass::model_not_found) ? FailureClass::model_not_found
                                                     : FailureClass::auth;
}

/// Has the candidate certainly not begun to draw, and would it fail again? Keys are another matter.
bool leaves_it_to_others(const Verdict& verdict) {
  if (verdict.maybe_billed) return false;
  return verdict.kind == FailureClass::model_not_found || verdict.kind == FailureClass::connect ||
         verdict.kind == FailureClass::server;
}

}  // namespace

/// The first call of a candidate from `candidate` on that has a key which does not rest.
std::optional<NextCall> AttemptPlan::first_of(std::size_t candidate, UnixMs now_ms) {
  for (; candidate < candidates_.size(); ++candidate) {
    KeyRing& ring = *candidates_[candidate];
    const auto key = ring.next(ring.next_start(), {}, now_ms);
    if (!key) continue;
    candidate_ = candidate;
    tried_.turn_to_other_ring();
    return call(*key, 0);
  }
  return std::nullopt;
}

std::optional<NextCall> AttemptPlan::next_candidate(UnixMs now_ms) {
  if (waited_for_key_ || tried_.full()) return std::nullopt;
  return first_of(candidate_ + 1, now_ms);
}

/// The candidate with the key that is free first.
std::size_t AttemptPlan::first_free(UnixMs now_ms) const {
  std::size_t first = 0;
  for (std::size_t candidate = 1; candidate < candidates_.size(); ++candidate) {
    const UnixMs wait_ms = candidates_[candidate]->wait_ms(now_ms);
    if (wait_ms < candidates_[first]->wait_ms(now_ms)) first = candidate;
  }
  return first;
}

/// The failures that keys of any candidate rest for.
FailureClasses AttemptPlan::reasons(UnixMs now_ms) const {
  FailureClasses reasons;
  for (const KeyRing* ring : candidates_) reasons.add(ring->reasons(now_ms));
  return reasons;
}

NextStep AttemptPlan::start(UnixMs now_ms) {
  if (const auto first = first_of(0, now_ms)) return *first;
  FailureClasses reasons = this->reasons(now_ms);
  // A key that rests after a fault of the backend needs time as well, like a limited one.
  if (reasons.has(FailureClass::server)) reasons.add(FailureClass::rate);
  return GiveUp{most_hopeful_error(reasons, "every key rests", now_ms), "img_all_cooling"};
}

NextStep AttemptPlan::failed(const Verdict& verdict, UnixMs now_ms, std::uint32_t random) {
  failures_.add(verdict.kind);
  if (verdict.kind == most_hopeful(failures_)) told_ = verdict.error.message;
  keys().learn(tried_.last(), verdict, now_ms);
  maybe_billed_ = maybe_billed_ || risks_bill(verdict);
  NextStep step = step_after(verdict, now_ms, random);
  if (GiveUp* end = std::get_if<GiveUp>(&step)) end->error.maybe_billed = maybe_billed_;
  return step;
}

/// A backend that answers with an error status seldom bills for the call. The run counts such a
/// call as billed only when it must not be repeated, as an order whose picture failed later, and
/// when the operator allows no ambiguous retry at all.
bool AttemptPlan::risks_bill(const Verdict& verdict) const {
  const bool counts = verdict.kind != FailureClass::server || verdict.remedy == Remedy::none ||
                      limits_.ambiguous_retry_count == 0;
  return verdict.maybe_billed && counts;
}

NextStep AttemptPlan::step_after(const Verdict& verdict, UnixMs now_ms, std::uint32_t random) {
  if (leaves_it_to_others(verdict)) {
    if (const auto next = next_candidate(now_ms)) return *next;
  }
  switch (verdict.remedy) {
    case Remedy::none: break;
    case Remedy::other_key: return with_other_key(verdict, now_ms);
    case Remedy::once_more: {
      const std::uint32_t most = verdict.maybe_billed ? limits_.ambiguous_retry_count : 1;
      if (lost_count_++ >= most) break;
      if (verdict.kind == FailureClass::connect) {  // Most likely nobody has seen the call.
        if (const auto next = next_candidate(now_ms)) return *next;
      }
      return again(verdict, between(kMinConnectPauseMs, kMaxConnectPauseMs, random), now_ms);
    }
    case Remedy::after_pause: {
      if (risks_bill(verdict)) break;
      if (server_fault_count_ >= kMaxServerRetries) return exhausted(verdict, now_ms);
      const UnixMs most = kServerPausesMs[server_fault_count_++];
      return again(verdict, std::max(verdict.pause_ms, between(0, most, random)), now_ms);
    }
  }
  return end(verdict, now_ms);
}

NextCall AttemptPlan::call(std::size_t key, UnixMs pause_ms) {
  tried_.add(key);
  return NextCall{candidate_, key, static_cast<std::uint32_t>(pause_ms)};
}

/// Calls at once, with a key that this run has not tried, of this candidate or else of the next.
/// When every key is limited, the run waits once, for a short time, for the key that is free first.
NextStep AttemptPlan::with_other_key(const Verdict& verdict, UnixMs now_ms) {
  if (waited_for_key_ || tried_.full()) return exhausted(verdict, now_ms);
  if (const auto key = keys().next(tried_.last() + 1, tried_, now_ms)) return call(*key, 0);
  if (const auto next = next_candidate(now_ms)) return *next;

  FailureClasses failures = failures_;
  failures.add(reasons(now_ms));
  const std::size_t candidate = first_free(now_ms);
  const UnixMs wait_ms = candidates_[candidate]->wait_ms(now_ms);
  if (failures.only(FailureClass::rate) && wait_ms <= kMaxWaitForKeyMs &&
      now_ms + wait_ms < limits_.deadline_ms) {
    waited_for_key_ = true;
    candidate_ = candidate;
    return call(keys().first_free(now_ms), wait_ms);
  }
  return exhausted(verdict, now_ms);
}

/// Calls after a pause, with a key that this run has not tried; if no such key is free, with a
/// tried one.
NextStep AttemptPlan::again(const Verdict& verdict, UnixMs pause_ms, UnixMs now_ms) {
  if (waited_for_key_ || tried_.full() || now_ms + pause_ms >= limits_.deadline_ms) {
    return exhausted(verdict, now_ms);
  }
  auto key = keys().next(tried_.last() + 1, tried_, now_ms);
  if (!key) key = keys().next(tried_.last() + 1, {}, now_ms);
  return key ? call(*key, pause_ms) : exhausted(verdict, now_ms);
}

/// Ends a run that has no call left.
NextStep AttemptPlan::exhausted(const Verdict& last, UnixMs now_ms) {
  if (last.remedy == Remedy::once_more) return end(last, now_ms);
  if (tried_.full() && keys().next(tried_.last() + 1, tried_, now_ms)) {
    // The client's next request begins with other keys, so the client may ask again at once.
    return GiveUp{told_error(FailureClass::rate, "more keys than calls", 0), "img_attempt_cap"};
  }
  FailureClasses failures = failures_;
  failures.add(reasons(now_ms));
  if (failures.only(FailureClass::server)) return GiveUp{last.error, ""};
  std::string_view event = "img_exhausted";
  if (failures.only(FailureClass::rate)) event = "img_all_rate";
  if (failures.only(FailureClass::quota)) event = "img_all_quota";
  if (failures.only(FailureClass::auth)) event = "img_all_auth";
  return GiveUp{most_hopeful_error(failures, last.error.detail, now_ms), event};
}

/// Ends a run that no other key could help. When another candidate has left more hope, the client
/// is told of that one.
NextStep AttemptPlan::end(const Verdict& last, UnixMs now_ms) const {
  const bool is_of_all = candidates_.size() > 1 && leaves_it_to_others(last);
  if (!is_of_all || most_hopeful(failures_) == last.kind) return GiveUp{last.error, ""};
  return GiveUp{most_hopeful_error(failures_, last.error.detail, now_ms), "img_exhausted"};
}

/// The error of the failure that leaves the client most hope.
Error AttemptPlan::most_hopeful_error(const FailureClasses& failures, std::string detail,
                                      UnixMs now_ms) const {
  return told_error(most_hopeful(failures), std::move(detail),
                    candidates_[first_free(now_ms)]->wait_ms(now_ms));
}

/// The error of a class, with what the backend has said if this run has met it. For "every key is
/// limited" it says to wait until the first key is free.
Error AttemptPlan::told_error(FailureClass kind, std::string detail, UnixMs wait_ms) const {
  Error error = failure_error(kind);
  if (failures_.has(kind) && kind == most_hopeful(failures_)) error.message = told_;
  error.detail = std::move(detail);
  if (kind == FailureClass::rate) error.retry_after_s = advised_wait_s(wait_ms);
  return error;
}

}  // namespace fluxgate
