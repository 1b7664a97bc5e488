#include "exchange/load.h"

#include <gtest/gtest.h>

#include <optional>

namespace fluxgate {
namespace {

TEST(Budget, SharesAreGivenBack) {
  Budget budget(100);
  {
    Result<Budget::Share> all = budget.take(100);
    ASSERT_TRUE(all);
    EXPECT_TRUE(budget.take(0));
    EXPECT_FALSE(budget.take(1));
    all->shrink_to(101);
    EXPECT_FALSE(budget.take(1));
    all->shrink_to(90);
    EXPECT_FALSE(budget.take(11));
    EXPECT_TRUE(budget.take(10));
    Budget::Share moved = *std::move(all);
    moved.shrink_to(0);
    EXPECT_TRUE(budget.take(100));
  }
  EXPECT_TRUE(budget.take(100));
}

TEST(Budget, SharesAreResized) {
  Budget budget(100);
  Budget::Share share = budget.take_nothing();
  const Result<Budget::Share> other = budget.take(10);
  EXPECT_TRUE(share.resize(90));
  EXPECT_FALSE(budget.take(1));
  EXPECT_FALSE(share.resize(91));
  EXPECT_TRUE(share.resize(89));
  EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(share.resize(90, 50));
  EXPECT_TRUE(share.resize(88, 50));  // Less always fits.
  EXPECT_TRUE(share.resize(0));
  EXPECT_FALSE(share.resize(41, 50));
  EXPECT_TRUE(share.resize(40, 50));
}

TEST(Budget, FirstComeFirstServed) {
  Budget budget(100);
  std::optional<Budget::Turn> first(budget);
  std::optional<Budget::Turn> second(budget);
  std::optional<Budget::Turn> third(budget);
  EXPECT_TRUE(first->has_come());
  EXPECT_FALSE(second->has_come());
  second.reset();
  EXPECT_FALSE(third->has_come());
  first.reset();
  EXPECT_TRUE(third->has_come());
  const Budget::Turn fourth(budget);
  EXPECT_FALSE(fourth.has_come());
}

}  // namespace
}  // namespace fluxgate
