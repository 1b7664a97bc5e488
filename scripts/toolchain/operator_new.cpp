// Takes the place of the C++ library's operator new and delete. There are no exceptions: a module
// whose memory is exhausted traps, and its host makes a new instance.
#include <cstddef>
#include <new>

#include "base/small_blocks.h"

namespace {

constinit fluxgate::SmallBlocks blocks;

void* take(std::size_t length_bytes) {
  void* const block = blocks.take(length_bytes);
  if (block == nullptr) __builtin_trap();
  return block;
}

}  // namespace

// Never inlined: so many calls would be twice the size.
[[gnu::noinline]] void* operator new(std::size_t length_bytes) {
  return take(length_bytes);
}
[[gnu::noinline]] void* operator new[](std::size_t length_bytes) {
  return take(length_bytes);
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  blocks.give_back(block);
}
[[gnu::noinline]] void operator delete[](void* block) noexcept {
  blocks.give_back(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
  blocks.give_back(block);
}
[[gnu::noinline]] void operator delete[](void* block, std::size_t) noexcept {
  blocks.give_back(block);
}
