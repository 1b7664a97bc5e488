#include "studio/poll_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fluxgate {
namespace {

constexpr UnixMs kOrderedMs = 1'767'225'600'000;

struct Polls {
  std::uint32_t count = 0;
  UnixMs last_ms = 0;          ///< Since the order.
  double longest_share = 0.0;  ///< Of a gap in the time that has passed, from 8 s on.
};

/// All questions about a picture that is never there.
Polls polls_of(UnixMs patience_ms, std::uint32_t most) {
  Polls polls;
  UnixMs now_ms = kOrderedMs;
  while (const auto gap_ms =
             next_poll_gap_ms(kOrderedMs, kOrderedMs + patience_ms, now_ms, most - polls.count)) {
    if (now_ms - kOrderedMs >= 8'000) {
      polls.longest_share =
          std::max(polls.longest_share,
                   static_cast<double>(*gap_ms) / static_cast<double>(now_ms - kOrderedMs));
    }
    now_ms += *gap_ms;
    ++polls.count;
    polls.last_ms = now_ms - kOrderedMs;
  }
  return polls;
}

TEST(PollPlan, ReachesTheEndWithFewQuestions) {
  for (const UnixMs patience_ms : {1'000, 5'000, 60'000, 300'000}) {
    for (const std::uint32_t most : {1u, 2u, 4u, 7u, 12u, 40u}) {
      const Polls polls = polls_of(patience_ms, most);
      EXPECT_LE(polls.count, most);
      EXPECT_EQ(polls.last_ms, patience_ms) << patience_ms << " ms with " << most;
    }
  }
}

TEST(PollPlan, SeesAPictureSoon) {
  EXPECT_LE(polls_of(60'000, 40).longest_share, 0.26);
  EXPECT_LE(polls_of(300'000, 40).longest_share, 0.26);
  EXPECT_LE(polls_of(60'000, 12).longest_share, 0.51);
  EXPECT_LE(polls_of(60'000, 7).longest_share, 1.01);
}

TEST(PollPlan, EndsWithTheTimeOrTheQuestions) {
  EXPECT_FALSE(next_poll_gap_ms(kOrderedMs, kOrderedMs + 60'000, kOrderedMs + 60'000, 9));
  EXPECT_FALSE(next_poll_gap_ms(kOrderedMs, kOrderedMs + 60'000, kOrderedMs + 99'000, 9));
  EXPECT_FALSE(next_poll_gap_ms(kOrderedMs, kOrderedMs + 60'000, kOrderedMs, 0));
}

}  // namespace
}  // namespace fluxgate
