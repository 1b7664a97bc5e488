#include "exchange/long_wait.h"

#include <utility>

#include "exchange/patience.h"

namespace fluxgate {
namespace {

Task<> send_white_space(Exchange& exchange) {
  for (;;) {
    co_await Sleep(kAnswerSilenceMs);
    co_await exchange.send_white_space();
  }
}

Task<> beside_white_space(Exchange& exchange, Task<> work) {
  Task<> white_space = send_white_space(exchange);
  if (co_await when_any(work, white_space) == 1) co_await std::move(white_space);
  co_await std::move(work);
}

}  // namespace

Task<> while_client_waits(Exchange& exchange, Task<> work) {
  if (!exchange.config().keep_alive_white_space) return work;
  return beside_white_space(exchange, std::move(work));
}

}  // namespace fluxgate
