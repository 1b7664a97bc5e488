// The common parts of the fuzz targets. Each <target>_fuzz.cpp is one libFuzzer program: its
// LLVMFuzzerTestOneInput() gives the core any bytes and checks the results with expect().
// Source: llvm.org/docs/LibFuzzer.html
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace fluxgate::fuzz {

/// Ends the program unless it holds; libFuzzer then keeps the input and prints a stack. `seen`:
/// what it was about, printed with it.
inline void expect(bool holds, const char* promise, std::string_view seen = {}) {
  if (holds) return;
  std::fprintf(stderr, "Broken promise: %s\n%.*s\n", promise, static_cast<int>(seen.size()),
               seen.data());
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size_bytes) {
  return {reinterpret_cast<const char*>(data), size_bytes};
}

/// An input whose first byte decides something beside its text.
struct SeededText {
  std::uint8_t seed;
  std::string_view text;
};

inline SeededText seeded_text(const std::uint8_t* data, std::size_t size_bytes) {
  if (size_bytes == 0) return {0, {}};
  return {data[0], text_of(data + 1, size_bytes - 1)};
}

/// `text` in pieces: 255 gives single bytes, any other seed pieces of its own lengths, some of them
/// empty.
inline std::vector<std::string_view> pieces_of(std::string_view text, std::uint8_t seed) {
  std::vector<std::string_view> pieces;
  std::uint32_t state = seed * 2654435761u + 1;
  const std::size_t most_bytes = std::size_t{1} << seed % 16;
  while (!text.empty()) {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes' generator: any will do.
    const std::size_t length = seed == 255 ? 1 : (state >> 8) % (most_bytes + 1);
    pieces.push_back(text.substr(0, length));
    text.remove_prefix(std::min(length, text.size()));
  }
  return pieces;
}

inline bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.value == kReplacementCharacter && point.length_bytes == 1) return false;
    at += point.length_bytes;
  }
  return true;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace fluxgate::fuzz
