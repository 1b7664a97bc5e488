// Serves one of the scripted requests over and over, so that callgrind can count its instructions.
//
//   count NAME      valgrind --tool=callgrind --toggle-collect=fluxgate_counted_requests count NAME
//   count           prints the compiler and the names of the requests
#include <cstdio>
#include <string_view>

#include "scripted_request.h"

using namespace fluxgate;
using namespace fluxgate::counts;

/// Enough that what only every few requests does shows up in its share.
constexpr int kCountedRequests = 20;

/// Counted from its first to its last instruction.
extern "C" __attribute__((noinline)) bool fluxgate_counted_requests(
    Gateway& gateway, const ScriptedRequest& request) {
  bool good = true;
  for (int i = 0; i < kCountedRequests; ++i) good = serve(gateway, request) && good;
  return good;
}

int main(int argument_count, char** arguments) {
  const std::string_view name = argument_count > 1 ? arguments[1] : "";
  Gateway gateway(Environment::parse(environment_block()));
  if (name.empty()) {
    std::printf("clang %d, libstdc++ %d, glibc %d.%d\n", __clang_major__, _GLIBCXX_RELEASE,
                __GLIBC__, __GLIBC_MINOR__);
  }
  for (const ScriptedRequest& request : scripted_requests()) {
    if (name.empty()) std::printf("%s\n", request.name.c_str());
    if (name != request.name) continue;
    // The first requests make what later ones find: tables, memory, the answers that never change.
    for (int i = 0; i < kCountedRequests; ++i) (void)serve(gateway, request);
    if (!fluxgate_counted_requests(gateway, request)) return 1;
    std::printf("%d requests\n", kCountedRequests);
  }
  return 0;
}
