// Choices that look random and are the same every time.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

/// FNV-1a with 32 bits: "a" gives 0xE40C292C. Source: rfc-editor.org/rfc/rfc9923
std::uint32_t fnv1a(std::string_view bytes);

/// A stream of choices; the same seed gives the same stream.
class Choices {
 public:
  explicit Choices(std::uint32_t seed) : state_(seed) {}

  /// One of 0 to count - 1; 0 if there are none.
  int below(int count);
  /// A seed for another stream.
  std::uint32_t next();

 private:
  std::uint32_t state_;
};

}  // namespace fluxgate
