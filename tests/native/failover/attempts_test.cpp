#include "failover/attempts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fluxgate {
namespace {

constexpr UnixMs kNowMs = 1'767'225'600'000;
constexpr std::uint32_t kLongest = 0;  ///< A random number that needs no second thought.

/// Runs a plan against a list of outcomes and writes down what it did.
class OneRun {
 public:
  explicit OneRun(KeyRing& keys, std::uint32_t ambiguous_retry_count = 1, UnixMs time_ms = 120'000)
      : rings_{&keys},
        plan_(rings_, {kNowMs + time_ms, ambiguous_retry_count}),
        step_(plan_.start(kNowMs)) {}

  OneRun& status(int status, std::string headers = "", std::string code = "") {
    return outcome(judge_refusal({status, {code, ""}, Headers::from_lines(headers)}, now_ms_));
  }
  /// The same with a reason of the backend.
  OneRun& says(int status, const std::string& reason) {
    Verdict verdict = judge_refusal({status, {}, Headers()}, now_ms_);
    if (!reason.empty()) verdict.error.message += " It says: " + reason;
    return outcome(verdict);
  }
  /// What the client is told at the end.
  std::string message() const { return std::get<GiveUp>(step_).error.message; }
  OneRun& no_answer() {
    return outcome(judge_failure(Error(ErrorCode::upstream_unreachable, "x"), Stage::head));
  }
  OneRun& outcome(const Verdict& verdict) {
    const NextCall* call = std::get_if<NextCall>(&step_);
    EXPECT_NE(call, nullptr) << "the run is over";
    if (call == nullptr) return *this;
    now_ms_ += call->pause_ms + 10;
    step_ = plan_.failed(verdict, now_ms_, random);
    return *this;
  }

  /// "2" for a call at once with the third key, "2+150" after 150 ms.
  std::string step() const {
    if (const NextCall* call = std::get_if<NextCall>(&step_)) {
      const std::string pause = call->pause_ms > 0 ? "+" + std::to_string(call->pause_ms) : "";
      return std::to_string(call->key) + pause;
    }
    const GiveUp& end = std::get<GiveUp>(step_);
    std::string text(error_code_name(end.error.code));
    if (!end.event.empty()) text.append(" ").append(end.event);
    if (end.error.retry_after_s > 0) {
      text.append(" retry-after ").append(std::to_string(end.error.retry_after_s));
    }
    return text;
  }

  AttemptPlan& plan() { return plan_; }
  std::uint32_t random = kLongest;

 private:
  KeyRing* rings_[1];
  AttemptPlan plan_;
  UnixMs now_ms_ = kNowMs;
  NextStep step_;
};

TEST(Attempts, F01_AConnectionThatFailedIsTriedOnceMoreWithTheNextKey) {
  KeyRing keys(3);
  OneRun run(keys);
  EXPECT_EQ(run.step(), "0");
  EXPECT_EQ(run.no_answer().step(), "1+100");
  EXPECT_EQ(run.no_answer().step(), "upstream_unreachable");
  EXPECT_EQ(keys.wait_ms(kNowMs), 0) << "no key is blamed";
}

TEST(Attempts, F01_WithTheSameKeyWhenThereIsNoOther) {
  KeyRing keys(1);
  EXPECT_EQ(OneRun(keys).no_answer().step(), "0+100");
}

TEST(Attempts, F01_ThePauseHas100To300Ms) {
  for (std::uint32_t random = 0; random < 1000; ++random) {
    KeyRing keys(1);
    OneRun run(keys);
    run.random = random * 4'294'967u;
    const std::string step = run.no_answer().step();
    const int pause_ms = std::stoi(step.substr(2));
    EXPECT_TRUE(pause_ms >= 100 && pause_ms <= 300) << step;
  }
}

TEST(Attempts, F02_F03_CloudflaresWordsForItAreTriedOnceMore) {
  for (const int status : {521, 522, 523, 525, 530}) {
    KeyRing keys(2);
    EXPECT_EQ(OneRun(keys).status(status).step(), "1+100") << status;
    EXPECT_EQ(OneRun(keys).status(status).status(status).step(), "upstream_unreachable") << status;
  }
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).status(526).step(), "upstream_unreachable");
}

TEST(Attempts, F06_F34_AmbiguousRetriesAreTheOperatorsToChoose) {
  KeyRing keys(1);
  EXPECT_EQ(OneRun(keys, 0).no_answer().step(), "upstream_unreachable");
  EXPECT_EQ(OneRun(keys, 0).status(524).step(), "upstream_reset");
  EXPECT_EQ(OneRun(keys, 0).status(521).step(), "0+100") << "nothing was billed";
  EXPECT_EQ(OneRun(keys, 1).status(524).step(), "0+100");
  EXPECT_EQ(OneRun(keys, 1).status(524).status(520).step(), "upstream_reset");
  EXPECT_EQ(OneRun(keys, 1).status(521).no_answer().step(), "upstream_unreachable") << "1 in all";
  EXPECT_EQ(OneRun(keys, 3).no_answer().no_answer().no_answer().step(), "0+100");
  EXPECT_EQ(OneRun(keys, 3).no_answer().no_answer().no_answer().no_answer().step(),
            "upstream_unreachable");
}

TEST(Attempts, F33_NoRiskAtAllMeansNoFurtherCallAfterWhatMayHaveBeenBilled) {
  for (const int status : {500, 502, 504}) {
    KeyRing keys(2);
    EXPECT_EQ(OneRun(keys, 0).status(status).step(), "upstream_unavailable retry-after 2");
    EXPECT_EQ(OneRun(keys, 1).status(status).step()[0], '0') << "it began with the other key";
  }
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys, 0).status(503).step()[0], '1') << "nothing was billed";
}

TEST(Attempts, F04_F05_F07_F08_F12_F17_F18_F19_F20_EndTheRunAtOnce) {
  struct Row {
    Verdict verdict;
    std::string_view end;
  };
  const Row rows[] = {
      {judge_failure(Error(ErrorCode::upstream_timeout, "x"), Stage::head), "upstream_timeout"},
      {judge_failure(Error(ErrorCode::upstream_timeout, "x"), Stage::body), "upstream_timeout"},
      {judge_failure(Error(ErrorCode::upstream_bad_response, "x"), Stage::body),
       "upstream_bad_response"},
      {judge_failure(Error(ErrorCode::upstream_bad_response, "x"), Stage::content),
       "upstream_bad_response"},
      {judge_refusal({302, {"", ""}, {}}, 0), "upstream_bad_response"},
      {judge_refusal({400, {"content_policy_violation", ""}, {}}, 0), "content_policy_violation"},
      {judge_refusal({422, {"", ""}, {}}, 0), "upstream_rejected_request"},
      {judge_refusal({404, {"", ""}, {}}, 0), "upstream_model_not_found"},
  };
  for (const Row& row : rows) {
    KeyRing keys(2);
    OneRun run(keys);
    EXPECT_EQ(run.outcome(row.verdict).step(), row.end);
    EXPECT_EQ(keys.next(0, {}, kNowMs), 0u) << row.end;
  }
}

TEST(Attempts, F11_AnErrorInside200IsTreatedAsTheRowThatItNames) {
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).status(200, "", "20015").step(), "upstream_error");
  KeyRing others(2);
  EXPECT_EQ(OneRun(others).status(200, "", "429").step(), "1");
  EXPECT_EQ(others.wait_ms(kNowMs), 0);
}

TEST(Attempts, F21_F22_F23_F24_ARefusedKeyIsFollowedByTheNextAtOnceAndRests) {
  struct Row {
    int status;
    UnixMs rest_ms;
  };
  for (const Row row :
       {Row{401, 600'000}, Row{403, 600'000}, Row{402, 3'600'000}, Row{429, 20'000}}) {
    KeyRing keys(2);
    EXPECT_EQ(OneRun(keys).status(row.status, "retry-after: 20\n").step(), "1") << row.status;
    const UnixMs free_at_ms = kNowMs + 10 + row.rest_ms;
    EXPECT_EQ(keys.next(0, {}, free_at_ms - 1), 1u) << row.status;
    EXPECT_EQ(keys.next(0, {}, free_at_ms), 0u) << row.status;
  }
}

TEST(Attempts, TheNextRunPassesARestingKeyOver) {
  KeyRing keys(3);
  OneRun(keys).status(401);
  EXPECT_EQ(OneRun(keys).step(), "1");
  EXPECT_EQ(OneRun(keys).step(), "2");
  EXPECT_EQ(OneRun(keys).step(), "1") << "the first key's turn";
}

TEST(Attempts, F27_EveryKeyLimitedForLongIsTold) {
  KeyRing keys(2);
  OneRun run(keys);
  EXPECT_EQ(run.status(429, "retry-after: 20\n").step(), "1");
  EXPECT_EQ(run.status(429, "retry-after: 30\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 20");
}

TEST(Attempts, F27_EveryKeyLimitedForAMomentIsWaitedForOnce) {
  KeyRing keys(2);
  OneRun run(keys);
  EXPECT_EQ(run.status(429, "retry-after: 3\n").status(429, "retry-after: 9\n").step(), "0+2990");
  EXPECT_EQ(run.status(429, "retry-after: 2\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 2");
}

TEST(Attempts, F27_TheOneMoreTryIsTheLastWhateverItComesTo) {
  for (const int status : {500, 530, 401, 402}) {
    KeyRing keys(1);
    OneRun run(keys);
    EXPECT_EQ(run.status(429, "retry-after: 1\n").step(), "0+1000");
    run.status(status);
    EXPECT_FALSE(run.step()[0] == '0') << status << ": " << run.step();
  }
}

TEST(Attempts, F27_ALongerWaitOrANearDeadlineIsNotWaitedFor) {
  KeyRing keys(1);
  EXPECT_EQ(OneRun(keys).status(429, "retry-after-ms: 3001\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 4");
  KeyRing others(1);
  EXPECT_EQ(OneRun(others, 1, 1000).status(429, "retry-after: 1\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 1");
}

TEST(Attempts, F27_RetryAfterIsAMinuteAtMost) {
  KeyRing keys(1);
  EXPECT_EQ(OneRun(keys).status(429, "retry-after: 600\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 60");
}

TEST(Attempts, F27_AKeyThatRestedBeforeCountsAsLimited) {
  KeyRing keys(2);
  OneRun(keys).status(429, "retry-after: 20\n").plan();
  EXPECT_EQ(OneRun(keys).status(429, "retry-after: 40\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 20");
}

TEST(Attempts, F28_EveryKeyWithoutMoney) {
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).status(402).status(429, "", "insufficient_quota").step(),
            "insufficient_quota img_all_quota");
}

TEST(Attempts, F29_EveryKeyRefused) {
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).status(401).status(403).step(), "upstream_auth_failed img_all_auth");
}

TEST(Attempts, F30_OfMixedFailuresTheStrongestHopeIsTold) {
  struct Row {
    int first;
    int second;
    std::string_view end;
  };
  const Row rows[] = {
      {401, 429, "rate_limit_exceeded img_exhausted retry-after 5"},
      {429, 402, "rate_limit_exceeded img_exhausted retry-after 5"},
      {402, 401, "insufficient_quota img_exhausted"},
      {401, 402, "insufficient_quota img_exhausted"},
  };
  for (const Row& row : rows) {
    KeyRing keys(2);
    EXPECT_EQ(OneRun(keys).status(row.first).status(row.second).step(), row.end);
  }
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).status(401).status(500).status(500).status(500).step(),
            "upstream_unavailable img_exhausted retry-after 2");
  KeyRing others(3);
  EXPECT_EQ(OneRun(others).status(402).status(401).status(500).status(500).step(),
            "upstream_unavailable img_exhausted retry-after 2")
      << "the cap, and no key is left untried";
}

TEST(Attempts, F31_EveryKeyRestingAtTheStartMeansNoCall) {
  KeyRing keys(2);
  OneRun(keys).status(429, "retry-after: 20\n").status(429, "retry-after: 30\n");
  EXPECT_EQ(OneRun(keys).step(), "rate_limit_exceeded img_all_cooling retry-after 21")
      << "rounded up: 10 ms later than the answer";
  KeyRing refused(1);
  OneRun(refused).status(401);
  EXPECT_EQ(OneRun(refused).step(), "upstream_auth_failed img_all_cooling") << "no time helps";
  KeyRing others(2);
  OneRun(others).status(401).status(429, "retry-after: 20\n");
  EXPECT_EQ(OneRun(others).step(), "rate_limit_exceeded img_all_cooling retry-after 21");
}

TEST(Attempts, F32_StopsAtFourCallsWhileMoreKeysAreFree) {
  KeyRing keys(5);
  OneRun run(keys);
  run.status(401).status(401).status(401);
  EXPECT_EQ(run.step(), "3");
  EXPECT_EQ(run.status(401).step(), "rate_limit_exceeded img_attempt_cap retry-after 1");
  EXPECT_EQ(OneRun(keys).step(), "4");
}

TEST(Attempts, F32_FourKeysAreNotMoreThanTheCap) {
  KeyRing keys(4);
  OneRun run(keys);
  EXPECT_EQ(run.status(429).status(429).status(429).status(429, "retry-after: 1\n").step(),
            "rate_limit_exceeded img_all_rate retry-after 1");
}

TEST(Attempts, F33_AServerFaultIsTriedTwiceMoreWithTheNextKeys) {
  KeyRing keys(2);
  OneRun run(keys);
  run.random = 250;
  EXPECT_EQ(run.status(500).step(), "1+250");
  run.random = 500;
  EXPECT_EQ(run.status(502).step(), "0+500");
  EXPECT_EQ(run.status(504).step(), "upstream_unavailable retry-after 2");
}

TEST(Attempts, F33_TheJitterIsFull) {
  bool short_seen = false, long_seen = false;
  for (std::uint32_t random = 0; random < 2000; ++random) {
    KeyRing keys(1);
    OneRun run(keys);
    run.random = random;
    std::string step = run.status(503).step();
    const int first_ms = step == "0" ? 0 : std::stoi(step.substr(2));
    step = run.status(503).step();
    const int second_ms = step == "0" ? 0 : std::stoi(step.substr(2));
    EXPECT_TRUE(first_ms <= 250 && second_ms <= 500);
    short_seen = short_seen || first_ms < 10;
    long_seen = long_seen || (first_ms > 240 && second_ms > 240);
  }
  EXPECT_TRUE(short_seen && long_seen);
}

TEST(Attempts, F33_AShortRetryAfterIsHonoured) {
  KeyRing keys(1);
  OneRun run(keys);
  EXPECT_EQ(run.status(503, "retry-after: 3\n").step(), "0+3000");
  run.random = 7;
  EXPECT_EQ(run.status(503, "retry-after: 4\n").step(), "0+7");
}

TEST(Attempts, F33_AKeyWithThreeFaultsInARowRests) {
  KeyRing keys(1);
  EXPECT_EQ(OneRun(keys).status(500).status(500).status(500).step(),
            "upstream_unavailable retry-after 2");
  EXPECT_EQ(OneRun(keys).step(), "rate_limit_exceeded img_all_cooling retry-after 6");
}

TEST(Attempts, F33_NoPauseGoesBeyondTheDeadline) {
  KeyRing keys(1);
  OneRun run(keys, 1, 200);
  run.random = 240;
  EXPECT_EQ(run.status(500).step(), "upstream_unavailable retry-after 2");
}

TEST(Attempts, TheLastReasonOfTheErrorsClassIsTold) {
  const std::string limited = "The image backend is limiting requests.";
  const std::string used_up = "The image backend's quota is used up.";
  KeyRing keys(2);
  EXPECT_EQ(OneRun(keys).says(429, "one a minute").says(429, "two a minute").message(),
            limited + " It says: two a minute");
  // What other runs were told is not told again.
  EXPECT_EQ(OneRun(keys).message(), limited);
  KeyRing poor(2);
  EXPECT_EQ(OneRun(poor).says(402, "no money").says(402, "").message(), used_up);
  KeyRing mixed(3);
  EXPECT_EQ(OneRun(mixed).says(429, "slow down").says(402, "no money").says(401, "bad").message(),
            limited + " It says: slow down");
  KeyRing refused(2);
  EXPECT_EQ(OneRun(refused).says(402, "no money").says(401, "").message(),
            used_up + " It says: no money");
  KeyRing resting(2);
  OneRun(resting).says(429, "slow down").step();
  EXPECT_EQ(OneRun(resting).says(402, "no money").message(), limited);
}

TEST(Attempts, NoRunHasMoreThanFourCallsWhateverHappens) {
  const int statuses[] = {401, 402, 429, 500, 503, 520, 530, 0};
  for (std::size_t key_count = 1; key_count <= 6; ++key_count) {
    for (int script = 0; script < 8 * 8 * 8 * 8; ++script) {
      KeyRing keys(key_count);
      OneRun run(keys, 3);
      int calls = 0;
      for (int rest = script; run.step()[0] >= '0' && run.step()[0] <= '9'; rest /= 8) {
        ASSERT_LT(calls, 4);
        const int status = statuses[rest % 8];
        status == 0 ? run.no_answer() : run.status(status, "retry-after: 1\n");
        ++calls;
      }
    }
  }
}

TEST(Attempts, ASuccessEndsARowOfFaults) {
  KeyRing keys(1);
  OneRun(keys).status(500).status(500).plan().succeeded();
  OneRun run(keys);
  EXPECT_EQ(run.status(500).step(), "0");
  EXPECT_EQ(keys.wait_ms(kNowMs), 0);
}

}  // namespace
}  // namespace fluxgate
