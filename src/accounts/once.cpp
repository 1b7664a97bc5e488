#include "accounts/once.h"

#include <algorithm>
#include <utility>

#include "accounts/lookout.h"
#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

/// As Stripe has it.
constexpr std::size_t kMostKeyBytes = 255;
/// A ledger takes texts of 1,310,720 characters.
constexpr std::size_t kMostRecordBytes = 1'300'000;
/// A key is a text between quotation marks (RFC 8941 §3.3.3), and most programs leave them out.
std::string_view key_of(const Exchange& exchange) {
  std::string_view key = trim(exchange.headers().find(kOnceHeader).value_or(""));
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') {
    key = key.substr(1, key.size() - 2);
  }
  return key;
}

}  // namespace

Result<std::string> once_name(const Exchange& exchange) {
  if (!exchange.has_once_key()) return std::string();
  const std::string_view key = key_of(exchange);
  const bool is_visible =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (key.empty() || key.size() > kMostKeyBytes || !is_visible) {
    return Error(ErrorCode::invalid_idempotency_key,
                 "Idempotency-Key must have 1 to 255 printable ASCII characters.");
  }
  std::string scope(exchange.client().name);
  scope.append("\n").append(exchange.url().path).append("\n").append(key);
  return "once/" + hex(sha256(scope));
}

LedgerStep claim_step(const Exchange& exchange, std::string name) {
  const Account& account = exchange.account();
  std::string text = write_recorded({account.once_mark, exchange.id()});
  const UnixMs until_ms = exchange.session().now_ms() + kRunningMs;
  return account.taken_up ? write_step(std::move(name), std::move(text), until_ms)
                          : make_step(std::move(name), std::move(text), until_ms);
}

Task<> wait_for_answer(Exchange& exchange, std::string name, std::string text) {
  Account& account = exchange.account();
  Lookout lookout(exchange, std::move(name));
  for (;;) {
    Result<RecordedAnswer> record = read_recorded(text);
    if (record && record->mark != account.once_mark) {
      co_await Error(ErrorCode::idempotency_key_reused,
                     "This Idempotency-Key was used for another request.");
    }
    if (record && record->is_gone) {
      co_await Error(ErrorCode::idempotency_result_gone,
                     "This was made before, but its answer was too large to be kept.");
    }
    if (record && record->status != 0) {
      account.replay = std::move(text);
      co_await Error(ErrorCode::answered_before, "");
    }
    if (record && record->left) {
      account.taken_up = std::move(record->left);
      co_return;
    }
    std::optional<std::string> now = co_await lookout.next();
    if (!now) co_return;
    text = *std::move(now);
  }
}

LedgerStep end_claim_step(Exchange& exchange, const Error* error) {
  Account& account = exchange.account();
  const UnixMs now_ms = exchange.session().now_ms();
  const bool is_good = error == nullptr && exchange.status_sent() < 400;
  const bool maybe_billed =
      (error != nullptr && error->maybe_billed) || account.settled_count() > 0;
  LeftWork& left = account.left_behind;
  // All of it must be known, or a repeat would order some of it anew.
  if (!is_good && !left.pictures.empty() && left.pictures.size() == account.reserved_count) {
    RecordedAnswer unfinished{account.once_mark};
    unfinished.left = std::move(left);
    return write_step(account.once_name, write_recorded(unfinished), now_ms + kLeftWorkKeptMs);
  }
  Recording* recording = exchange.recording();
  if (recording == nullptr || (!is_good && !maybe_billed)) return drop_step(account.once_name);
  RecordedAnswer answer = recording->take(account.once_mark);
  answer.is_gone = answer.is_gone || answer.status == 0;
  std::string text = write_recorded(answer);
  if (text.size() > kMostRecordBytes) {
    answer.is_gone = true;
    text = write_recorded(answer);
  }
  return write_step(account.once_name, std::move(text),
                    now_ms + (is_good ? kAnswerKeptMs : kBilledFailureKeptMs));
}

}  // namespace fluxgate
