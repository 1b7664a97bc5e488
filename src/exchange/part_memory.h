// Memory for the parts of large pictures.
#pragma once

#include <string>
#include <utility>

namespace fluxgate {

/// Keeps the memory of a large picture for the next one. The allocator would cut it up for smaller
/// things, and the next picture would need as much again.
class PartMemory {
 public:
  /// Gives an empty string, with the capacity that was kept, if any.
  std::string take() { return std::exchange(kept_, std::string()); }
  void keep(std::string memory) {
    memory.clear();
    kept_ = std::move(memory);
  }

 private:
  std::string kept_;
};

}  // namespace fluxgate
