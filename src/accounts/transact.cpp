#include "accounts/transact.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "exchange/patience.h"

namespace fluxgate {
namespace {

constexpr std::string_view kLedger = "binding://LEDGER/";
/// A page of a list has a MiB, and a text as much.
constexpr std::uint32_t kMostAnswerBytes = 4 * 1024 * 1024;

/// The longest text that a ledger takes, for an answer whose length nobody declares.
constexpr std::uint64_t kLongTextBytes = 1'310'720;

/// The longest wait for room: others send what they hold meanwhile.
constexpr std::uint32_t kLongestRoomWaitMs = 30'000;

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

/// Takes room for an answer of so many bytes, which is held as text, as JSON and as what was read
/// of it. Many repeats of a long answer wait for each other here. Error: overloaded.
Task<> make_room(Exchange& exchange, std::uint64_t answer_bytes) {
  constexpr std::uint64_t kCopies = 3;
  for (std::uint32_t waited_ms = 0;; waited_ms += kRoomPollMs) {
    Result<Budget::Share> share =
        exchange.instance().load().text_bytes.take(kCopies * answer_bytes);
    if (share) {
      exchange.hold_told(*std::move(share));
      co_return;
    }
    if (waited_ms >= kLongestRoomWaitMs) co_await std::move(share).error();
    co_await Sleep(kRoomPollMs);
  }
}

Task<LedgerAnswer> read_answer(Exchange& exchange, UpstreamResponse response) {
  if (response.status != 200 && response.status != 412) {
    co_return no_ledger("ledger status " + std::to_string(response.status));
  }
  if (!response.body.is_here()) {
    const auto declared_bytes =
        parse_unsigned(response.headers.find("content-length").value_or(""), kMostAnswerBytes);
    co_await make_room(exchange, declared_bytes.value_or(kLongTextBytes));
  }
  const Bytes body =
      co_await with_deadline(collect(std::move(response.body), {kMostAnswerBytes, kServiceMs}),
                             kMostLedgerMs, [] { return no_ledger("the ledger is slow"); });
  co_return read_ledger_answer(response.status, body.view());
}

/// How long the ledger may take to answer.
std::uint32_t patience_ms(std::uint32_t queue_length) {
  return std::min(kServiceMs + kLedgerQueueMs * queue_length, kMostLedgerMs);
}

Task<LedgerAnswer> ask(Exchange& exchange, std::vector<LedgerStep> steps) {
  Request request{Method::post, std::string(kLedger), {}, write_steps(steps)};
  request.headers.append("content-type", "application/json");
  steps = {};
  std::uint32_t& queue_length = exchange.instance().ledger_queue_length();
  const std::uint32_t head_ms = patience_ms(queue_length);
  std::optional<PlaceInQueue> place(std::in_place, queue_length);
  UpstreamResponse response =
      co_await fetch(std::move(request), {.head_ms = head_ms,
                                          .late = [] { return no_ledger("the ledger is slow"); },
                                          .inline_bytes = kInlineAnswerBytes});
  place.reset();
  co_return co_await read_answer(exchange, std::move(response));
}

/// The ledger of this instance. What it tells is a copy: a long text needs room. The steps that
/// tell one change nothing, so they may be done again.
Task<LedgerAnswer> ask_local(Exchange& exchange, std::vector<LedgerStep> steps) {
  LocalLedger& ledger = exchange.instance().local_ledger();
  LedgerAnswer answer = ledger.run(steps, exchange.session().now_ms());
  const auto& text = answer.results.empty() ? std::nullopt : answer.results.front().text;
  const std::size_t text_bytes = text ? text->size() : 0;
  if (text_bytes <= kInlineAnswerBytes) co_return std::move(answer);
  answer = {};
  co_await make_room(exchange, text_bytes);
  co_return ledger.run(steps, exchange.session().now_ms());
}

}  // namespace

Task<LedgerAnswer> transact(Exchange& exchange, std::vector<LedgerStep> steps) {
  const bool is_shared = exchange.config().services.has_ledger;
  if (!is_shared) co_return co_await ask_local(exchange, std::move(steps));
  const std::size_t step_count = steps.size();
  Result<LedgerAnswer> answer = co_await attempt(ask(exchange, std::move(steps)));
  if (!answer) {
    const Error& error = answer.error();
    const bool is_told =
        error.code == ErrorCode::ledger_unavailable || error.code == ErrorCode::overloaded;
    if (is_told) co_return Error(error);
    co_return no_ledger(std::string("ledger: ").append(error_code_name(error.code)));
  }
  const bool is_odd =
      answer->refused ? *answer->refused >= step_count : answer->results.size() != step_count;
  if (is_odd) co_return no_ledger("ledger: odd answer");
  co_return *std::move(answer);
}

}  // namespace fluxgate
