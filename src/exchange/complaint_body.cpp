#include "exchange/complaint_body.h"

#include <utility>

#include "exchange/patience.h"

namespace fluxgate {
namespace {

constexpr std::uint32_t kMaxBytes = 64 * 1024;

}  // namespace

Task<Bytes> collect_complaint(Body body) {
  if (body.is_here()) co_return body.take_all();
  Result<Bytes> bytes = co_await attempt(with_deadline(
      collect(std::move(body), {kMaxBytes, kComplaintTotalMs}), kComplaintTotalMs,
      [] { return Error(ErrorCode::upstream_timeout, "The upstream stopped sending."); }));
  co_return bytes ? *std::move(bytes) : Bytes();
}

}  // namespace fluxgate
