// A block that grows until its size is known.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace fluxgate::wasi {

/// What std::string is not: it says when there is no memory, and gives its bytes away.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { std::free(block_); }

  /// Makes room for so many bytes in all. Returns false when there is no memory.
  bool reserve(std::size_t capacity_bytes) {
    if (capacity_bytes <= capacity_bytes_) return true;
    void* const grown = std::realloc(block_, capacity_bytes);
    if (grown == nullptr) return false;
    block_ = static_cast<char*>(grown);
    capacity_bytes_ = capacity_bytes;
    return true;
  }
  /// Adds bytes, which must not be the block's own. Returns false when there is no memory.
  bool append(std::string_view bytes) {
    if (bytes.empty()) return true;
    const std::size_t needed_bytes = length_bytes_ + bytes.size();
    if (needed_bytes > capacity_bytes_ &&
        !reserve(std::max(needed_bytes, capacity_bytes_ + capacity_bytes_ / 2))) {
      return false;
    }
    std::memcpy(block_ + length_bytes_, bytes.data(), bytes.size());
    length_bytes_ = needed_bytes;
    return true;
  }
  void shrink_to(std::size_t length_bytes) { length_bytes_ = length_bytes; }

  std::string_view view() const { return {block_, length_bytes_}; }
  std::size_t length_bytes() const { return length_bytes_; }
  Bytes take() { return {std::exchange(block_, nullptr), length_bytes_}; }

 private:
  char* block_ = nullptr;
  std::size_t length_bytes_ = 0;
  std::size_t capacity_bytes_ = 0;
};

}  // namespace fluxgate::wasi
