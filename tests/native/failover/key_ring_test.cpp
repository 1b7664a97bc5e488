#include "failover/key_ring.h"

#include <gtest/gtest.h>

namespace fluxgate {
namespace {

TriedKeys tried(std::initializer_list<std::size_t> keys) {
  TriedKeys tried;
  for (const std::size_t key : keys) tried.add(key);
  return tried;
}

Verdict refusal(int status, UnixMs rest_ms = 0) {
  Verdict verdict = judge_refusal({status, {}, {}}, 0);
  if (rest_ms > 0) verdict.rest_ms = rest_ms;
  return verdict;
}

TEST(KeyRing, EachRunBeginsOneKeyFurther) {
  KeyRing ring(3);
  for (const std::size_t start : {0u, 1u, 2u, 0u}) EXPECT_EQ(ring.next_start(), start);
}

TEST(KeyRing, GivesTheNextFreeKeyThatWasNotTried) {
  KeyRing ring(3);
  EXPECT_EQ(ring.next(1, {}, 0), 1u);
  EXPECT_EQ(ring.next(1, tried({1}), 0), 2u);
  EXPECT_EQ(ring.next(2, tried({2}), 0), 0u);
  EXPECT_EQ(ring.next(0, tried({0, 1, 2}), 0), std::nullopt);
  EXPECT_EQ(ring.next(3, {}, 0), 0u);
}

TEST(KeyRing, AKeyRestsUntilItsTimeAndNotLonger) {
  KeyRing ring(2);
  ring.learn(0, refusal(429), 1000);
  EXPECT_EQ(ring.next(0, {}, 5999), 1u);
  EXPECT_EQ(ring.next(0, {}, 6000), 0u);
  EXPECT_EQ(ring.wait_ms(1000), 0);
  ring.learn(1, refusal(401), 1000);
  EXPECT_EQ(ring.next(0, {}, 1000), std::nullopt);
  EXPECT_EQ(ring.first_free(1000), 0u);
  EXPECT_EQ(ring.wait_ms(1000), 5000);
  EXPECT_TRUE(ring.reasons(1000).has(FailureClass::auth));
  EXPECT_TRUE(ring.reasons(1000).has(FailureClass::rate));
  EXPECT_TRUE(ring.reasons(6000).only(FailureClass::auth));
}

TEST(KeyRing, ALongRestIsNotCutShortByAShortOne) {
  KeyRing ring(1);
  ring.learn(0, refusal(402), 0);
  ring.learn(0, refusal(429), 10);
  EXPECT_EQ(ring.wait_ms(0), kQuotaRestMs);
  EXPECT_TRUE(ring.reasons(0).only(FailureClass::quota));
}

TEST(KeyRing, F33_ThreeServerFaultsInARowRestAKeyForFiveSeconds) {
  KeyRing ring(1);
  ring.learn(0, refusal(500), 0);
  ring.learn(0, refusal(502), 0);
  EXPECT_EQ(ring.wait_ms(0), 0);
  ring.learn(0, refusal(503), 0);
  EXPECT_EQ(ring.wait_ms(0), 5000);
  ring.learn(0, refusal(500), 5000);
  EXPECT_EQ(ring.wait_ms(5000), 0) << "the row begins anew";
}

TEST(KeyRing, F33_AnotherOutcomeBetweenThemEndsTheRow) {
  for (int other = 0; other < 3; ++other) {
    KeyRing ring(1);
    ring.learn(0, refusal(500), 0);
    ring.learn(0, refusal(500), 0);
    if (other == 0) ring.learn_success(0);
    if (other == 1) ring.learn(0, refusal(400), 0);
    if (other == 2) ring.learn(0, refusal(530), 0);
    ring.learn(0, refusal(500), 0);
    EXPECT_EQ(ring.wait_ms(0), other == 2 ? 5000 : 0) << other;
  }
}

TEST(KeyRing, F01_F06_F34_ALostConnectionBlamesNoKey) {
  KeyRing ring(1);
  for (const int status : {520, 521, 522, 523, 524, 525, 526, 530}) {
    ring.learn(0, refusal(status), 0);
    EXPECT_EQ(ring.wait_ms(0), 0) << status;
  }
}

TEST(KeyRing, AClockThatIsSetBackFreesItsKeys) {
  KeyRing ring(1);
  ring.learn(0, refusal(401), 100'000'000'000'000);
  EXPECT_EQ(ring.next(0, {}, 1'767'225'600'000), 0u);
  ring.learn(0, refusal(429), 1'767'225'600'000);
  EXPECT_EQ(ring.wait_ms(1'767'225'600'000), 5000);
}

}  // namespace
}  // namespace fluxgate
