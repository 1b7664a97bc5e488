#include "base/small_blocks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

namespace fluxgate {
namespace {

TEST(SmallBlocks, TakesTheLastBlockOfASizeFirst) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  void* const first = blocks.take(24);
  void* const second = blocks.take(24);
  EXPECT_NE(first, second);
  blocks.give_back(first);
  blocks.give_back(second);
  EXPECT_EQ(blocks.take(20), second) << "sizes are rounded up to 16 bytes, less 8";
  EXPECT_EQ(blocks.take(24), first);
}

TEST(SmallBlocks, GivesALengthWhatItsNeighbourHasLeft) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  for (const auto& [left, taken] : {std::pair{1100, 1020}, std::pair{8000, 7700}}) {
    void* const first = blocks.take(left);
    blocks.give_back(first);
    EXPECT_EQ(blocks.take(taken), first) << "above 256 bytes sizes are eighths of powers of two";
    blocks.give_back(first);
  }
}

TEST(SmallBlocks, LeavesNoRestOfAChunk) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  char* const low = static_cast<char*>(blocks.take(7000));
  char* const next = static_cast<char*>(blocks.take(7000));
  EXPECT_EQ(next - low, 7168);
  void* const beyond = blocks.take(7000);  // Out of another chunk.
  void* const rest = blocks.take(2000);
  EXPECT_EQ(static_cast<char*>(rest) - low, 2 * 7168);
  for (void* const block : {static_cast<void*>(low), static_cast<void*>(next), beyond, rest}) {
    blocks.give_back(block);
  }
}

TEST(SmallBlocks, TakesNothingBack) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  blocks.give_back(nullptr);
}

TEST(SmallBlocks, KeepsBlocksApart) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  std::mt19937 random(1);
  std::vector<std::pair<unsigned char*, std::size_t>> taken;
  for (int i = 0; i < 50'000; ++i) {
    if (!taken.empty() && random() % 2 == 0) {
      std::swap(taken[random() % taken.size()], taken.back());
      auto [block, length_bytes] = taken.back();
      taken.pop_back();
      const auto mark = static_cast<unsigned char>(length_bytes);
      for (std::size_t at = 0; at < length_bytes; ++at) ASSERT_EQ(block[at], mark);
      blocks.give_back(block);
      continue;
    }
    const std::size_t length_bytes = random() % (random() % 8 == 0 ? 3000 : 200);
    auto* const block = static_cast<unsigned char*>(blocks.take(length_bytes));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % 8, 0u);
    std::memset(block, static_cast<unsigned char>(length_bytes), length_bytes);
    taken.emplace_back(block, length_bytes);
  }
  for (const auto& each : taken) blocks.give_back(each.first);
}

TEST(SmallBlocks, TakesEachSizeAroundItsLimits) {
  static SmallBlocks blocks;  // Its memory stays, so it does.
  for (std::size_t length_bytes = 0; length_bytes <= SmallBlocks::kMaxBytes + 40; ++length_bytes) {
    void* const block = blocks.take(length_bytes);
    std::memset(block, 0xAB, length_bytes);
    blocks.give_back(block);
  }
}

}  // namespace
}  // namespace fluxgate
