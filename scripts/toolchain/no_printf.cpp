// Takes the place of the C library's printf, which with its floating-point arithmetic is a tenth of
// the module. The callers are nlohmann/json, for the text of parse errors, which src/json/ never
// looks at, and the C++ library, for its last words before it traps, which nobody could read. The
// core itself formats numbers with std::to_string on integers alone.
#include <cstdarg>
#include <cstddef>
#include <cstdio>

/// Always writes the empty text.
extern "C" int snprintf(char* text, std::size_t size_bytes, const char*, ...) {
  if (size_bytes > 0) *text = '\0';
  return 0;
}

#ifndef __EMSCRIPTEN__  // Its C++ library traps without a word.
/// Writes nothing.
extern "C" int vfprintf(std::FILE*, const char*, std::va_list) {
  return 0;
}
#endif
