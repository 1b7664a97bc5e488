// Several backends that have one model, each with two keys: which is asked after which failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include <string>
#include <vector>

#include "failover/attempts.h"

namespace fluxgate {
namespace {

constexpr UnixMs kNowMs = 1'767'225'600'000;

/// A failure, and what it lets the run do.
struct Failure {
  const char* name;
  int status;        ///< 0: no answer came.
  const char* code;  ///< What the backend says.
  bool again;        ///< The same candidate is asked once more, with another key if it has one.
  bool next_candidate;
  bool may_be_billed;
};

constexpr Failure kFailures[] = {
    {"no answer", 0, "", false, true, true},
    {"origin unreachable", 521, "", false, true, false},
    {"bad certificate", 526, "", false, true, false},
    {"connection lost", 524, "", true, false, true},
    {"timeout", 408, "", false, false, true},
    {"refused prompt", 400, "content_policy_violation", false, false, false},
    {"rejected request", 400, "", false, false, false},
    {"unknown model", 404, "", false, true, false},
    {"bad key", 401, "", true, true, false},
    {"no money", 402, "", true, true, false},
    {"limited", 429, "", true, true, false},
    {"overloaded", 503, "", false, true, false},
    {"overloaded, the other way", 529, "", false, true, false},
    {"broken", 500, "", true, false, true},
    {"bad gateway", 502, "", true, false, true},
};

Verdict verdict_of(const Failure& failure, UnixMs now_ms) {
  if (failure.status == 0) {
    return judge_failure(Error(ErrorCode::upstream_unreachable, "x"), Stage::head);
  }
  return judge_refusal({failure.status, {failure.code, ""}, Headers()}, now_ms);
}

/// "0.1": the first candidate's second key; the code of the error at the end.
std::string told(const NextStep& step) {
  if (const NextCall* call = std::get_if<NextCall>(&step)) {
    return std::to_string(call->candidate) + "." + std::to_string(call->key);
  }
  return std::string(error_code_name(std::get<GiveUp>(step).error.code));
}

/// A run of two candidates with two keys each.
struct TwoBackends {
  explicit TwoBackends(std::uint32_t ambiguous_retry_count = 1)
      : plan(both, {kNowMs + 90'000, ambiguous_retry_count}), step(plan.start(kNowMs)) {}

  bool is_over() const { return std::holds_alternative<GiveUp>(step); }
  const NextCall& call() const { return std::get<NextCall>(step); }
  void fails(const Failure& failure) {
    now_ms += call().pause_ms + 10;
    billed_count += verdict_of(failure, now_ms).maybe_billed ? 1 : 0;
    step = plan.failed(verdict_of(failure, now_ms), now_ms, 7);
  }

  KeyRing rings[2] = {KeyRing(2), KeyRing(2)};
  KeyRing* both[2] = {&rings[0], &rings[1]};
  AttemptPlan plan;
  NextStep step;
  UnixMs now_ms = kNowMs;
  int billed_count = 0;
};

/// Where a run stands whose candidate 0 fails with this on every key.
TEST(Candidates, TheNextOneIsAskedWhereTheFirstHasCertainlyNotBegun) {
  for (const Failure& failure : kFailures) {
    TwoBackends run;
    std::vector<std::string> calls;
    while (!run.is_over() && run.call().candidate == 0 && calls.size() < 4) {
      calls.push_back(told(run.step));
      run.fails(failure);
    }
    SCOPED_TRACE(failure.name);
    EXPECT_EQ(calls.size() > 1, failure.again);
    EXPECT_EQ(told(run.step) == "1.0", failure.next_candidate) << told(run.step);
  }
}

TEST(Candidates, EveryPairOfFailuresKeepsToTheLimits) {
  for (const Failure& first : kFailures) {
    for (const Failure& second : kFailures) {
      SCOPED_TRACE(std::string(first.name) + ", then " + second.name);
      TwoBackends run;
      int call_count = 0;
      std::size_t latest = 0;
      while (!run.is_over()) {
        const std::size_t candidate = run.call().candidate;
        EXPECT_GE(candidate, latest) << "nobody is asked again who was given up";
        latest = candidate;
        ++call_count;
        run.fails(candidate == 0 ? first : second);
      }
      EXPECT_LE(call_count, 4) << "at most four orders";
      const bool asks_second = first.next_candidate;
      EXPECT_EQ(latest, asks_second ? 1u : 0u);
      const Failure& last = asks_second ? second : first;
      const Verdict end = verdict_of(last, run.now_ms);
      if (end.kind == FailureClass::timeout || end.kind == FailureClass::rejected ||
          end.kind == FailureClass::policy) {
        EXPECT_EQ(told(run.step), error_code_name(end.error.code)) << "the last word";
      }
    }
  }
}

/// Every way in which four calls may fail: never more than two that may be billed without an
/// answer, one timeout, one rejected request.
TEST(Candidates, EveryRunOfFourFailuresIsBounded) {
  constexpr std::size_t kCount = std::size(kFailures);
  for (std::size_t all = 0; all < kCount * kCount * kCount * kCount; ++all) {
    TwoBackends run;
    std::size_t rest = all;
    int lost = 0;
    int rejected = 0;
    int timed_out = 0;
    int calls = 0;
    std::string story;
    while (!run.is_over()) {
      ASSERT_LT(calls, 4) << story;
      const Failure& failure = kFailures[rest % kCount];
      rest /= kCount;
      ++calls;
      story.append(told(run.step)).append(" ").append(failure.name).append("; ");
      const FailureClass kind = verdict_of(failure, run.now_ms).kind;
      lost +=
          kind == FailureClass::reset || (kind == FailureClass::connect && failure.may_be_billed);
      rejected += kind == FailureClass::rejected || kind == FailureClass::policy;
      timed_out += kind == FailureClass::timeout;
      run.fails(failure);
    }
    ASSERT_LE(lost, 2) << story;
    ASSERT_LE(rejected, 1) << story;
    ASSERT_LE(timed_out, 1) << story;
    ASSERT_FALSE(std::get<GiveUp>(run.step).error.message.empty()) << story;
  }
}

TEST(Candidates, TheErrorIsTheOneThatLeavesMostHope) {
  const auto end_of = [](const Failure& first, const Failure& second) {
    TwoBackends run;
    while (!run.is_over()) run.fails(run.call().candidate == 0 ? first : second);
    return std::get<GiveUp>(run.step).error;
  };
  const auto named = [](std::string_view name) {
    return *std::find_if(std::begin(kFailures), std::end(kFailures),
                         [name](const Failure& failure) { return failure.name == name; });
  };
  const Error limited = end_of(named("limited"), named("unknown model"));
  EXPECT_EQ(limited.code, ErrorCode::rate_limit_exceeded);
  EXPECT_GT(limited.retry_after_s, 0u);
  EXPECT_EQ(end_of(named("unknown model"), named("no money")).code, ErrorCode::insufficient_quota);
  EXPECT_EQ(end_of(named("unknown model"), named("unknown model")).code,
            ErrorCode::upstream_model_not_found);
  EXPECT_EQ(end_of(named("bad key"), named("unknown model")).code, ErrorCode::upstream_auth_failed);
}

TEST(Candidates, OneWhoseKeysAllRestIsPassedOver) {
  TwoBackends run;
  const Failure limited{"", 429, "", true, true, false};
  run.fails(limited);
  run.fails(limited);
  EXPECT_EQ(told(run.step), "1.0");
  AttemptPlan next(run.both, {kNowMs + 90'000, 1});
  EXPECT_EQ(told(next.start(kNowMs + 100)), "1.1") << "the first candidate is not asked";
  AttemptPlan later(run.both, {kNowMs + 190'000, 1});
  EXPECT_EQ(told(later.start(kNowMs + 10'000)), "0.0") << "its keys are free again";
}

TEST(Candidates, WhenAllAreLimitedTheFirstFreeKeyIsWaitedFor) {
  TwoBackends run;
  const auto limited = [](const char* wait) {
    return judge_refusal({429, {}, Headers::from_lines(std::string("retry-after: ") + wait + "\n")},
                         kNowMs);
  };
  run.step = run.plan.failed(limited("60"), kNowMs, 0);
  run.step = run.plan.failed(limited("2"), kNowMs, 0);
  run.step = run.plan.failed(limited("60"), kNowMs, 0);
  run.step = run.plan.failed(limited("60"), kNowMs, 0);
  EXPECT_EQ(told(run.step), "rate_limit_exceeded") << "four orders are enough";

  KeyRing one(1);
  KeyRing other(1);
  KeyRing* both[2] = {&one, &other};
  AttemptPlan plan(both, {kNowMs + 90'000, 1});
  plan.start(kNowMs);
  plan.failed(limited("2"), kNowMs, 0);
  const NextStep step = plan.failed(limited("60"), kNowMs, 0);
  EXPECT_EQ(told(step), "0.0");
  EXPECT_EQ(std::get<NextCall>(step).pause_ms, 2'000u);
}

}  // namespace
}  // namespace fluxgate
