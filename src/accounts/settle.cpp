#include "accounts/settle.h"

#include <iterator>
#include <utility>
#include <vector>

#include "accounts/join.h"
#include "accounts/kept_answer.h"
#include "accounts/names.h"
#include "accounts/once.h"
#include "accounts/responses.h"
#include "accounts/transact.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// The most steps that tell of backends: what is beyond them, of one request, changes no
/// statistics.
constexpr std::size_t kMostBackendSteps = 40;
/// The most texts beside them: rests and faults. Six steps are of the request itself.
constexpr std::size_t kMostTexts = kMostSteps - kMostBackendSteps - 6;
/// Before a ledger that is slow is asked once more.
constexpr std::uint32_t kDropPauseMs = 1'000;
/// The last failures of a backend that are kept, each for a day.
constexpr std::uint32_t kKeptFaults = 10;

/// Bounds of how long pictures take, in ms, each some 1.4 times the last.
constexpr std::uint32_t kTookBoundsMs[] = {500,    1'000,  1'500,  2'000,   3'000,   4'000,
                                           6'000,  8'000,  12'000, 16'000,  24'000,  32'000,
                                           48'000, 64'000, 96'000, 128'000, 192'000, 300'000};

/// The bound as five or six digits, so that names are in the order of the bounds.
std::string took_name(UnixMs took_ms) {
  std::size_t at = 0;
  while (at + 1 < std::size(kTookBoundsMs) && took_ms > kTookBoundsMs[at]) ++at;
  const std::string digits = std::to_string(kTookBoundsMs[at]);
  return "ms/" + std::string(6 - digits.size(), '0') + digits;
}

/// Steps that add up what is said several times.
class Sums {
 public:
  explicit Sums(UnixMs until_ms) : until_ms_(until_ms) {}
  void add(std::string name, std::int64_t amount) {
    for (LedgerStep& step : steps_) {
      if (step.name != name) continue;
      step.amount += amount;
      return;
    }
    if (steps_.size() < kMostBackendSteps) {
      steps_.push_back(add_step(std::move(name), amount, until_ms_));
    }
  }
  std::vector<LedgerStep> take() { return std::move(steps_); }

 private:
  UnixMs until_ms_;
  std::vector<LedgerStep> steps_;
};

void append(std::vector<LedgerStep>& steps, std::vector<LedgerStep> more) {
  steps.insert(steps.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

std::string fault_text(const BilledCall& call, UnixMs now_ms) {
  std::string text;
  json::Writer json(text);
  json.begin_object().key("at").number(now_ms).key("failure").string(call.failure);
  json.key("status").number(call.status).key("message").string(call.message).end_object();
  return text;
}

LedgerStep rest_step(const RestingKey& key) {
  std::string text = std::to_string(key.failure_class);
  text.append(" ").append(std::to_string(key.until_ms));
  return write_step(std::string(kRestPrefix).append(key.mark), std::move(text), key.until_ms);
}

Task<> tell(Exchange& exchange, LedgerStep step) {
  std::vector<LedgerStep> steps;
  steps.push_back(std::move(step));
  (void)co_await attempt(transact(exchange, std::move(steps)));
}

/// What the client has used. Of a request of which nobody knows whether it was let in, what it may
/// hold ends.
void add_use(std::vector<LedgerStep>& steps, const Exchange& exchange, const Account& account,
             bool has_failed) {
  const UnixMs until_ms = exchange.session().now_ms() + kUseKeptMs;
  const Client& client = exchange.client();
  const auto use = [&](std::string_view what, std::int64_t amount, bool is_held) {
    if (amount == 0 && !is_held) return;
    LedgerStep step = add_step(use_name(client.name, account.day, what), amount, until_ms);
    if (is_held) {
      step.kind = LedgerStep::Kind::settle;
      step.hold = exchange.id();
    }
    steps.push_back(std::move(step));
  };
  const bool is_held = account.reserved_count > 0;
  use("pictures", account.settled_count(), is_held && client.per_day);
  use("cost", account.settled_cost(), is_held && client.usd_per_day);
  if (!account.is_entered && !account.is_unlimited_by_fault) return;
  use("requests", 1, false);
  if (has_failed) use("failed", 1, false);
}

/// What other instances, and the operator, learn of the backends.
void add_backends(std::vector<LedgerStep>& steps, const Exchange& exchange,
                  const Account& account) {
  const UnixMs now_ms = exchange.session().now_ms();
  const auto slot = static_cast<std::uint32_t>(now_ms / 1000 % kKeptFaults);
  Sums sums(now_ms + kUseKeptMs);
  std::vector<LedgerStep> texts;
  for (const RestingKey& key : account.resting_keys) {
    if (key.until_ms > now_ms && texts.size() < kMostTexts) texts.push_back(rest_step(key));
  }
  for (const BilledCall& call : account.calls) {
    const auto count = [&](std::string_view what) {
      sums.add(backend_name(call.provider, account.day, what), 1);
    };
    count(call.failure.empty() ? "ok" : "failed");
    if (call.failure.empty()) count(took_name(call.took_ms));
    if (call.failure.empty() || texts.size() == kMostTexts) continue;
    std::string name(kFaultPrefix);
    name.append(call.provider).append("/").append(std::to_string(slot));
    texts.push_back(write_step(std::move(name), fault_text(call, now_ms), now_ms + kDayMs));
  }
  append(steps, sums.take());
  append(steps, std::move(texts));
}

/// Lets go of what the ledger may have made for this request without saying so: repeats would wait
/// for an answer that nobody writes.
Task<> drop_claim(Exchange& exchange, Claim claim) {
  std::vector<LedgerStep> look;
  look.push_back(read_step(claim.name));
  const LedgerAnswer seen = co_await transact(exchange, std::move(look));
  if (seen.results.front().text != claim.text) co_return;
  std::vector<LedgerStep> drop;
  drop.push_back(drop_step(claim.name));
  (void)co_await transact(exchange, std::move(drop));
}

/// All that the ledger is to be told. The recorded answer is used up.
std::vector<LedgerStep> closing_steps(Exchange& exchange, const Error* error) {
  Account& account = exchange.account();
  std::vector<LedgerStep> steps;
  if (account.is_entered || account.is_in_doubt) {
    add_use(steps, exchange, account, error != nullptr || exchange.status_sent() >= 400);
    if (exchange.config().services.has_ledger) add_backends(steps, exchange, account);
  }
  if (!account.response_name.empty() && exchange.recording() != nullptr) {
    if (auto step = keep_response_step(exchange, error)) steps.push_back(*std::move(step));
  }
  if (!account.once_name.empty()) steps.push_back(end_claim_step(exchange, error));
  append(steps, std::move(account.cached));
  if (!account.kept_name.empty()) {
    steps.push_back(keep_answer_step(account, exchange.session().now_ms()));
  }
  return steps;
}

}  // namespace

Task<> settle(Exchange& exchange, const Error* error) {
  Account& account = exchange.account();
  std::vector<LedgerStep> steps = closing_steps(exchange, error);
  if (!account.join_name.empty()) end_joined(exchange, error);
  if (!steps.empty()) {
    const Result<LedgerAnswer> done = co_await attempt(transact(exchange, std::move(steps)));
    if (!done) exchange.log().line().remark("ledger", done.error().detail);
    if (!done && account.doubtful_claim) co_await Sleep(kDropPauseMs);
  }
  if (account.doubtful_claim) {
    (void)co_await attempt(drop_claim(exchange, *std::move(account.doubtful_claim)));
  }
}

Task<> tell_rest(Exchange& exchange, const KeyRing& keys, std::size_t key, const Verdict& verdict) {
  const std::string_view mark = exchange.instance().mark_of(keys, key);
  if (mark.empty() || verdict.rest_ms <= 0) return nothing();
  const RestingKey resting{mark, static_cast<int>(verdict.kind),
                           exchange.session().now_ms() + verdict.rest_ms};
  exchange.account().resting_keys.push_back(resting);
  return tell(exchange, rest_step(resting));
}

Task<> tell_event(Exchange& exchange, std::string_view outcome, const Error* error) {
  const Account& account = exchange.account();
  if (!exchange.config().services.has_events || account.client == nullptr) co_return;
  Request request{Method::post, "binding://EVENTS/", {}, {}};
  request.headers.append("content-type", "application/json");
  const std::string_view provider =
      account.calls.empty() ? std::string_view() : account.calls.back().provider;
  const std::string_view code =
      error == nullptr ? std::string_view() : error_code_name(error->code);
  json::Writer json(request.body);
  json.begin_object().key("indexes").begin_array().string(account.client->name).end_array();
  json.key("blobs").begin_array().string(exchange.log().face()).string(account.model);
  json.string(provider).string(outcome).string(code).end_array();
  json.key("doubles").begin_array().number(exchange.age_ms()).number(account.made_count);
  json.billionths(account.settled_cost()).number(static_cast<std::int64_t>(account.calls.size()));
  json.number(exchange.status_sent()).number(static_cast<std::int64_t>(exchange.body_bytes()));
  json.end_array().end_object();
  (void)co_await attempt(with_deadline(fetch(std::move(request)), kServiceMs, [] {
    return Error(ErrorCode::upstream_timeout, "The service did not answer.");
  }));
}

}  // namespace fluxgate
