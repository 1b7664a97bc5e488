// Memory for the many small blocks of a request.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace fluxgate {

/// Gives small blocks out of lists by size, last in, first out: a request takes and gives back some
/// thousand of them, mostly of few sizes, and the C library's search for a good fit is a sixth of
/// its time. Larger blocks are the C library's. Memory that was cut into small blocks stays so.
class SmallBlocks {
 public:
  /// Larger blocks are left to the C library. Nearly all frames of coroutines are smaller: where
  /// the C library puts one into the hole that a long text has left, the next text needs new
  /// memory.
  static constexpr std::size_t kMaxBytes = 8 * 1024 - 8;

  /// A block of `length_bytes`, aligned to 8 bytes; null when memory is exhausted.
  void* take(std::size_t length_bytes) {
    if (length_bytes > kMaxBytes) return take_large(length_bytes);
    const std::size_t step = step_of(length_bytes);
    Free* const first = lists_[step];
    if (first == nullptr) return cut(step);
    lists_[step] = first->next;
    return first;
  }

  /// Takes back what take() gave, or null.
  void give_back(void* block) {
    if (block == nullptr) return;
    const std::size_t step = head_of(block);
    if (step == kLarge) return give_back_large(block);
    auto* const free = static_cast<Free*>(block);
    free->next = lists_[step];
    lists_[step] = free;
  }

 private:
  struct Free {
    Free* next;
  };
  /// Whoever frees a block does not say its size, so that stands in front of it.
  static constexpr std::size_t kHeadBytes = 8;
  static constexpr std::size_t kStepBytes = 16;
  /// The C library is asked for so much: few bytes, for a chunk that is cut for one block stays
  /// cut, and enough for some blocks of any size.
  static constexpr std::size_t kChunkBytes = 16 * 1024;
  static constexpr std::size_t kLarge = 0;

  /// Sizes come in eighths of powers of two, none finer than a step: so few lists that what one
  /// length has left serves its neighbours. The block for `length_bytes`, in steps.
  static std::size_t step_of(std::size_t length_bytes) {
    const std::size_t step = (length_bytes + kHeadBytes + kStepBytes - 1) / kStepBytes;
    const std::size_t grain = grain_of(step);
    return (step + grain - 1) & ~(grain - 1);
  }
  static std::size_t grain_of(std::size_t step) { return step < 16 ? 1 : std::bit_floor(step) / 8; }
  static std::size_t& head_of(void* block) {
    return *reinterpret_cast<std::size_t*>(static_cast<char*>(block) - kHeadBytes);
  }
  void* cut(std::size_t step);
  void* cut_off(std::size_t step);
  static void* take_large(std::size_t length_bytes);
  static void give_back_large(void* block);

  Free* lists_[(kMaxBytes + kHeadBytes) / kStepBytes + 1] = {};  ///< By steps.
  char* chunk_ = nullptr;                                        ///< What is not cut yet.
  std::size_t chunk_bytes_ = 0;
};

}  // namespace fluxgate
