#include "gateway/complaint_body.h"

#include <utility>

namespace fluxgate {
namespace {

constexpr std::uint32_t kMaxBytes = 64 * 1024;
/// For all of it: a server that trickles would hold the request for days.
constexpr std::uint32_t kTotalMs = 3'000;

}  // namespace

Task<Bytes> collect_complaint(Body body) {
  Result<Bytes> bytes = co_await attempt(
      with_deadline(collect(std::move(body), {kMaxBytes, kTotalMs}), kTotalMs,
                    Error(ErrorCode::upstream_timeout, "The upstream stopped sending.")));
  co_return bytes ? *std::move(bytes) : Bytes();
}

}  // namespace fluxgate
