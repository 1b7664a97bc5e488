#include "accounts/join.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "accounts/once.h"
#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

/// SDKs pause for half a second to eight before they send a request again.
constexpr UnixMs kJoinedMs = 20'000;
constexpr std::uint32_t kLongestLookMs = 500;

/// How often the request was sent before; nothing when it does not say.
std::optional<std::uint64_t> retry_count(const Exchange& exchange) {
  const auto header = exchange.headers().find(kRetryCountHeader);
  return header ? parse_unsigned(trim(*header)) : std::nullopt;
}

std::optional<std::string> look(Exchange& exchange, const std::string& name) {
  const std::array<LedgerStep, 1> steps = {read_step(name)};
  LedgerAnswer answer = exchange.instance().local_ledger().run(steps, exchange.session().now_ms());
  return std::move(answer.results.front().text);
}

void write(Exchange& exchange, LedgerStep step) {
  const std::array<LedgerStep, 1> steps = {std::move(step)};
  (void)exchange.instance().local_ledger().run(steps, exchange.session().now_ms());
}

}  // namespace

Task<> join_running(Exchange& exchange) {
  Account& account = exchange.account();
  const auto count = retry_count(exchange);
  const bool comes_again_already = exchange.recording() != nullptr;  // By another promise.
  if (!count || account.once_mark.empty() || comes_again_already) co_return;
  std::string name("join/");
  name += hex(sha256(exchange.client().name + "\n" + std::string(exchange.url().path) + "\n" +
                     account.once_mark));
  std::optional<std::string> text = look(exchange, name);
  std::uint32_t pause_ms = 20;
  while (*count > 0 && text) {
    const Result<RecordedAnswer> record = read_recorded(*text);
    if (record && record->status != 0) {
      account.replay = *std::move(text);
      co_await Error(ErrorCode::answered_before, "");
    }
    co_await Sleep(pause_ms);
    pause_ms = std::min(pause_ms * 3 / 2, kLongestLookMs);
    text = look(exchange, name);
  }
  if (text) co_return;  // An equal wish of somebody else: both are made.
  write(exchange, claim_step(exchange, name));
  account.join_name = std::move(name);
  exchange.record(Exchange::Recorded::while_client_waits);
}

void end_joined(Exchange& exchange, const Error* error) {
  Account& account = exchange.account();
  Recording* recording = exchange.recording();
  if (error != nullptr || recording == nullptr || exchange.status_sent() >= 400) {
    return write(exchange, drop_step(account.join_name));
  }
  RecordedAnswer answer = recording->take(account.once_mark);
  if (answer.is_gone) return write(exchange, drop_step(account.join_name));
  write(exchange, write_step(account.join_name, write_recorded(answer),
                             exchange.session().now_ms() + kJoinedMs));
}

}  // namespace fluxgate
