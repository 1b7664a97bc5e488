#include "demo/seed.h"

namespace fluxgate {

std::uint32_t fnv1a(std::string_view bytes) {
  std::uint32_t hash = 0x811C9DC5;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash;
}

int Choices::below(int count) {
  if (count <= 0) return 0;
  return static_cast<int>(static_cast<std::uint64_t>(next()) * static_cast<unsigned>(count) >> 32);
}

// Counts, and spreads the counter's bits over the whole word by two multiplications.
std::uint32_t Choices::next() {
  state_ += 0x9E3779B9;
  std::uint32_t x = state_;
  x = (x ^ x >> 16) * 0x85EBCA6B;
  x = (x ^ x >> 13) * 0xC2B2AE35;
  return x ^ x >> 16;
}

}  // namespace fluxgate
