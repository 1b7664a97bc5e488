#include "base/bytes.h"

#include <cstring>

namespace fluxgate {

Bytes Bytes::of_size(std::size_t length_bytes) {
  void* block = std::malloc(length_bytes);
  if (block == nullptr) std::abort();
  return {block, length_bytes};
}

Bytes Bytes::copy_of(std::string_view text) {
  if (text.empty()) return {};
  Bytes copy = of_size(text.size());
  std::memcpy(copy.data(), text.data(), text.size());
  return copy;
}

}  // namespace fluxgate
