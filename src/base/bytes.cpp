#include "base/bytes.h"

#include <cstring>

namespace fluxgate {

Bytes Bytes::copy_of(std::string_view text) {
  if (text.empty()) return {};
  void* block = std::malloc(text.size());
  if (block == nullptr) std::abort();
  std::memcpy(block, text.data(), text.size());
  return {block, text.size()};
}

}  // namespace fluxgate
