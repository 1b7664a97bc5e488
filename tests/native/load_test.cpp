#include "gateway/load.h"

#include <gtest/gtest.h>

#include <optional>

namespace fluxgate {
namespace {

TEST(Load, SharesAreGivenBack) {
  Load load;
  {
    Result<Load::Share> all = load.take_bytes(kMaxHeldBytes);
    ASSERT_TRUE(all);
    EXPECT_FALSE(load.take_bytes(1));
    all->shrink_to(kMaxHeldBytes + 1);
    EXPECT_FALSE(load.take_bytes(1));
    all->shrink_to(kMaxHeldBytes - 10);
    EXPECT_FALSE(load.take_bytes(11));
    EXPECT_TRUE(load.take_bytes(10));
    Load::Share moved = *std::move(all);
    moved.shrink_to(0);
    EXPECT_TRUE(load.take_bytes(kMaxHeldBytes));
  }
  EXPECT_TRUE(load.take_bytes(kMaxHeldBytes));
  const Result<Load::Share> requests = load.take_requests(kMaxRequestsInFlight);
  EXPECT_TRUE(load.take_requests(0));
  EXPECT_FALSE(load.take_requests(1));
}

TEST(Load, SharesAreResized) {
  Load load;
  Load::Share share = load.take_nothing();
  const Result<Load::Share> other = load.take_bytes(10);
  EXPECT_TRUE(share.resize(kMaxHeldBytes - 10));
  EXPECT_FALSE(load.take_bytes(1));
  EXPECT_FALSE(share.resize(kMaxHeldBytes - 9));
  EXPECT_TRUE(share.resize(kMaxHeldBytes - 11));
  EXPECT_TRUE(load.take_bytes(1));
  EXPECT_FALSE(share.resize(kMaxHeldBytes - 10, kMaxHeldForExtras));
  EXPECT_TRUE(share.resize(kMaxHeldBytes - 12, kMaxHeldForExtras));  // Less always fits.
  EXPECT_TRUE(share.resize(0));
  EXPECT_FALSE(share.resize(kMaxHeldForExtras - 9, kMaxHeldForExtras));
  EXPECT_TRUE(share.resize(kMaxHeldForExtras - 10, kMaxHeldForExtras));
}

TEST(Load, WhoStandsInLineGoesFirst) {
  Load load;
  std::optional<Load::Turn> turn(load);
  EXPECT_FALSE(load.take_bytes(kMaxBytesPastLine + 1));
  EXPECT_TRUE(load.take_bytes(kMaxBytesPastLine));
  EXPECT_TRUE(turn->take_bytes(kMaxHeldBytes));
  turn.reset();
  EXPECT_TRUE(load.take_bytes(kMaxBytesPastLine + 1));
}

TEST(Load, FirstComeFirstServed) {
  Load load;
  std::optional<Load::Turn> first(load);
  std::optional<Load::Turn> second(load);
  std::optional<Load::Turn> third(load);
  EXPECT_TRUE(first->has_come());
  EXPECT_FALSE(second->has_come());
  second.reset();
  EXPECT_FALSE(third->has_come());
  first.reset();
  EXPECT_TRUE(third->has_come());
  const Load::Turn fourth(load);
  EXPECT_FALSE(fourth.has_come());
}

}  // namespace
}  // namespace fluxgate
