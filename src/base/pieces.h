// A text whose large parts are not copied.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace fluxgate {

/// A part of a text that is larger is a piece of its own: a picture of megabytes.
constexpr std::size_t kLargePartBytes = 64 * 1024;

/// A text in pieces, in order; what is small is joined.
class Pieces {
 public:
  explicit Pieces(std::string start) { list_.push_back(std::move(start)); }

  /// The piece at the end, until the next append(): what is small may be written behind it.
  std::string& back() { return list_.back(); }
  void append(std::string part) {
    if (part.size() <= kLargePartBytes) {
      list_.back() += part;
      return;
    }
    list_.push_back(std::move(part));
    list_.push_back(std::string());
  }
  std::vector<std::string>& list() { return list_; }

 private:
  std::vector<std::string> list_;  ///< Never empty.
};

}  // namespace fluxgate
