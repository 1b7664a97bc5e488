// Memory for the parts of large pictures.
#pragma once

#include <string>
#include <utility>

namespace fluxgate {

/// Keeps what a large picture lay in for the next one. Given back to the allocator it would be cut
/// up for smaller things, and the next picture would take as much again.
class PartMemory {
 public:
  /// Empty; with the capacity that was kept, if there is any.
  std::string take() { return std::exchange(kept_, std::string()); }
  void keep(std::string memory) {
    memory.clear();
    kept_ = std::move(memory);
  }

 private:
  std::string kept_;
};

}  // namespace fluxgate
