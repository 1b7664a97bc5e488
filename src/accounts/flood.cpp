#include "accounts/flood.h"

#include "accounts/transact.h"
#include "base/percent.h"

namespace fluxgate {
namespace {

/// The binding counts over 10 or 60 s and does not say which.
constexpr std::uint32_t kRetryAfterS = 10;

}  // namespace

Task<> check_flood(Exchange& exchange) {
  if (!exchange.config().services.has_rates) co_return;
  std::string url("binding://RATES/");
  url += percent_encode(exchange.client().name);
  const Result<UpstreamResponse> answer =
      co_await attempt(with_deadline(fetch({Method::post, std::move(url), {}, {}}), kServiceMs, [] {
        return Error(ErrorCode::upstream_timeout, "The service did not answer.");
      }));
  if (!answer || answer->status != 429) co_return;
  Error error(ErrorCode::client_rate_limited, "This key asks too often.");
  error.retry_after_s = kRetryAfterS;
  co_await std::move(error);
}

}  // namespace fluxgate
