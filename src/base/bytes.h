// A block of memory with one owner.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace fluxgate {

/// Owns a block that malloc made, so that a host can hand bytes over without a copy. Move-only.
class Bytes {
 public:
  Bytes() = default;
  /// Takes over `block`, which must come from malloc (or be null, with a length of 0).
  Bytes(void* block, std::size_t length_bytes)
      : block_(static_cast<char*>(block)), length_bytes_(length_bytes) {}
  /// A block of `length_bytes`, at least one, that hold anything.
  static Bytes of_size(std::size_t length_bytes);
  /// A copy of `text`.
  static Bytes copy_of(std::string_view text);

  Bytes(Bytes&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)),
        length_bytes_(std::exchange(other.length_bytes_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(length_bytes_, other.length_bytes_);
    return *this;
  }
  ~Bytes() { std::free(block_); }

  char* data() { return block_; }
  /// Leaves out what stands behind the first `length_bytes`.
  void shrink_to(std::size_t length_bytes) { length_bytes_ = length_bytes; }

  /// The bytes; valid as long as this object, and as its size.
  std::string_view view() const { return {block_, length_bytes_}; }
  std::size_t size_bytes() const { return length_bytes_; }
  bool empty() const { return length_bytes_ == 0; }

 private:
  char* block_ = nullptr;
  std::size_t length_bytes_ = 0;
};

}  // namespace fluxgate
