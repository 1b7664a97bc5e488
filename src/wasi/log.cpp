#include "wasi/log.h"

#include <string_view>

namespace fluxgate::wasi {
namespace {

/// Most bytes that blocking-write-and-flush takes.
/// Source: github.com/WebAssembly/wasi-io/blob/v0.2.0/wit/streams.wit
constexpr std::size_t kMaxWriteBytes = 4096;

}  // namespace

Log::Log() : stderr_(wasi_get_stderr()) {}

void Log::write(std::string line) const {
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const std::string_view piece = rest.substr(0, kMaxWriteBytes);
    RawWriteResult result;
    wasi_output_stream_blocking_write_and_flush(stderr_.get(), piece.data(), piece.size(), &result);
    if (result.is_error != 0) return release(result.error);
    rest.remove_prefix(piece.size());
  }
}

}  // namespace fluxgate::wasi
