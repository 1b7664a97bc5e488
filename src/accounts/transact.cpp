#include "accounts/transact.h"

#include <algorithm>
#include <utility>

namespace fluxgate {
namespace {

constexpr std::string_view kLedger = "binding://LEDGER/";
/// A page of a list has a MiB, and a text as much.
constexpr std::uint32_t kMostAnswerBytes = 4 * 1024 * 1024;

/// One more waits for the ledger while this lives.
class PlaceInQueue {
 public:
  explicit PlaceInQueue(std::uint32_t& length) : length_(length) { ++length_; }
  PlaceInQueue(const PlaceInQueue&) = delete;
  PlaceInQueue& operator=(const PlaceInQueue&) = delete;
  ~PlaceInQueue() { --length_; }

 private:
  std::uint32_t& length_;
};

Error no_ledger(std::string detail) {
  Error error(ErrorCode::ledger_unavailable,
              "The gateway cannot count what is used; ask again soon.", std::move(detail));
  error.retry_after_s = 1;
  return error;
}

Task<LedgerAnswer> ask(std::vector<LedgerStep> steps) {
  Request request{Method::post, std::string(kLedger), {}, write_steps(steps)};
  request.headers.append("content-type", "application/json");
  steps = {};
  UpstreamResponse response =
      co_await fetch(std::move(request), {.inline_bytes = kInlineAnswerBytes});
  if (response.status != 200 && response.status != 412) {
    co_return no_ledger("ledger status " + std::to_string(response.status));
  }
  const Bytes body = co_await collect(std::move(response.body), {kMostAnswerBytes, kMostLedgerMs});
  co_return read_ledger_answer(response.status, body.view());
}

}  // namespace

Task<LedgerAnswer> transact(Exchange& exchange, std::vector<LedgerStep> steps) {
  if (!exchange.config().services.has_ledger) {
    co_return exchange.instance().local_ledger().run(steps, exchange.session().now_ms());
  }
  const std::size_t step_count = steps.size();
  std::uint32_t& queue_length = exchange.instance().ledger_queue_length();
  const std::uint32_t limit_ms =
      std::min(kServiceMs + kLedgerQueueMs * queue_length, kMostLedgerMs);
  const PlaceInQueue place(queue_length);
  Result<LedgerAnswer> answer = co_await attempt(with_deadline(
      ask(std::move(steps)), limit_ms, [] { return no_ledger("the ledger is slow"); }));
  if (!answer) {
    const Error& error = answer.error();
    if (error.code == ErrorCode::ledger_unavailable) co_return Error(error);
    co_return no_ledger(std::string("ledger: ").append(error_code_name(error.code)));
  }
  if (!answer->refused && answer->results.size() != step_count)
    co_return no_ledger("ledger: odd answer");
  if (answer->refused && *answer->refused >= step_count) co_return no_ledger("ledger: odd answer");
  co_return *std::move(answer);
}

}  // namespace fluxgate
