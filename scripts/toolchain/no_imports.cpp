// Answers what a C library asks an operating system with "there is none", so that the module
// imports nothing and any host can instantiate it. The core performs no I/O; these calls are only
// reached by abort() and by the messages of failed assertions.
#include <cstddef>
#include <cstdint>

#ifdef __EMSCRIPTEN__
#define PREVIEW1(name) __wasi_##name
#else
#define PREVIEW1(name) __imported_wasi_snapshot_preview1_##name
#endif

namespace {
/// `badf` of WASI preview1.
constexpr std::int32_t kNoSuchFile = 8;
}  // namespace

extern "C" {

std::int32_t PREVIEW1(fd_close)(std::int32_t) {
  return kNoSuchFile;
}

std::int32_t PREVIEW1(fd_seek)(std::int32_t, std::int64_t, std::int32_t, std::int32_t) {
  return kNoSuchFile;
}

std::int32_t PREVIEW1(fd_write)(std::int32_t, std::int32_t, std::int32_t, std::int32_t) {
  return kNoSuchFile;
}

[[noreturn]] void PREVIEW1(proc_exit)(std::int32_t) {
  __builtin_trap();
}

#ifdef __EMSCRIPTEN__
void emscripten_notify_memory_growth(std::size_t) {}
#endif

}  // extern "C"
