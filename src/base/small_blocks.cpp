#include "base/small_blocks.h"

#include <cstdlib>

namespace fluxgate {

void* SmallBlocks::cut(std::size_t step) {
  const std::size_t bytes = step * kStepBytes;
  if (chunk_bytes_ < bytes) {
    char* const chunk = static_cast<char*>(std::malloc(kChunkBytes));
    if (chunk == nullptr) return take_large(bytes);  // One block may still have room.
    while (chunk_bytes_ > 0) {                       // For those that fit.
      const std::size_t rest = chunk_bytes_ / kStepBytes;
      give_back(cut_off(rest & ~(grain_of(rest) - 1)));
    }
    chunk_ = chunk;
    chunk_bytes_ = kChunkBytes;
  }
  return cut_off(step);
}

void* SmallBlocks::cut_off(std::size_t step) {
  const std::size_t bytes = step * kStepBytes;
  char* const block = chunk_ + kHeadBytes;
  chunk_ += bytes;
  chunk_bytes_ -= bytes;
  head_of(block) = step;
  return block;
}

void* SmallBlocks::take_large(std::size_t length_bytes) {
  char* const memory = static_cast<char*>(std::malloc(length_bytes + kHeadBytes));
  if (memory == nullptr) return nullptr;
  head_of(memory + kHeadBytes) = kLarge;
  return memory + kHeadBytes;
}

void SmallBlocks::give_back_large(void* block) {
  std::free(static_cast<char*>(block) - kHeadBytes);
}

}  // namespace fluxgate
