// A text whose large parts are not copied.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace fluxgate {

/// A larger part of a text, such as a picture of megabytes, is a piece of its own.
constexpr std::size_t kLargePartBytes = 64 * 1024;

/// A text in pieces, in order. Small parts are joined into one piece.
class Pieces {
 public:
  explicit Pieces(std::string start) { list_.push_back(std::move(start)); }

  /// The last piece; small text may be written behind it. Valid until the next append().
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
