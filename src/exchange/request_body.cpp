#include "exchange/request_body.h"

#include <utility>

#include "base/ascii.h"
#include "exchange/patience.h"

namespace fluxgate {
namespace {

/// The share of a body of undeclared length until it has arrived: few bodies are longer, and a
/// dozen may arrive together.
constexpr std::uint64_t kUndeclaredBodyBytes = 2 * 1024 * 1024;

}  // namespace

Task<HeldBody> receive_body(Exchange& exchange) {
  const std::uint32_t max_bytes = exchange.config().max_request_bytes;
  const auto declared_bytes =
      parse_unsigned(exchange.headers().find("content-length").value_or(""), max_bytes);
  Budget::Share share = co_await exchange.instance().load().text_bytes.take(
      declared_bytes.value_or(kUndeclaredBodyBytes));
  Bytes bytes = co_await collect_request_body({max_bytes, kRequestIdleMs}, kRequestTotalMs);
  co_await share.resize(bytes.size_bytes());
  exchange.mark_body({bytes.view()});
  co_return HeldBody{std::move(share), std::move(bytes)};
}

}  // namespace fluxgate
