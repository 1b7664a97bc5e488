#include "accounts/enter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "accounts/cache.h"
#include "accounts/join.h"
#include "accounts/names.h"
#include "accounts/once.h"
#include "accounts/transact.h"
#include "base/ascii.h"
#include "base/decimal.h"

namespace fluxgate {
namespace {

constexpr UnixMs kMinuteMs = 60'000;
/// How long pictures stay reserved that nobody settles, since their instance was lost: longer than
/// any request takes.
constexpr UnixMs kHeldMs = 600'000;

UnixMs minute_left_ms(UnixMs now_ms) {
  return kMinuteMs - now_ms % kMinuteMs;
}

/// What a step of the transaction is for.
enum class Purpose : std::uint8_t { claim, minute, pictures, cost, rests };

struct Entrance {
  const Client& client;
  std::vector<LedgerStep> steps = {};
  std::vector<Purpose> purposes = {};

  void add(Purpose purpose, LedgerStep step) {
    purposes.push_back(purpose);
    steps.push_back(std::move(step));
  }
};

/// The highest price of a picture of any candidate: who draws is not known yet.
std::int64_t price_of(const Model& model) {
  std::int64_t price = 0;
  for (const Candidate& candidate : model.candidates) {
    price = std::max(price, candidate.price.value_or(0));
  }
  return price;
}

LedgerStep hold_step(const Exchange& exchange, std::string_view what, std::int64_t amount,
                     std::int64_t most) {
  const UnixMs now_ms = exchange.session().now_ms();
  LedgerStep step = add_step(use_name(exchange.client().name, utc_day(now_ms), what), amount,
                             now_ms + kUseKeptMs);
  step.most = most;
  step.hold = exchange.id();
  step.hold_until_ms = now_ms + kHeldMs;
  return step;
}

Entrance entrance_for(Exchange& exchange, const std::string& once, std::uint32_t count) {
  const Client& client = exchange.client();
  const UnixMs now_ms = exchange.session().now_ms();
  Entrance entrance{client};
  if (!once.empty()) {
    entrance.add(Purpose::claim, claim_step(exchange, once));
  }
  if (client.per_minute) {
    LedgerStep step = add_step("minute/" + client.name + "/" + std::to_string(now_ms / kMinuteMs),
                               1, now_ms + minute_left_ms(now_ms));
    step.most = *client.per_minute;
    entrance.add(Purpose::minute, std::move(step));
  }
  if (client.per_day && count > 0) {
    entrance.add(Purpose::pictures, hold_step(exchange, "pictures", count, *client.per_day));
  }
  if (client.usd_per_day && count > 0) {
    entrance.add(Purpose::cost, hold_step(exchange, "cost", exchange.account().price * count,
                                          *client.usd_per_day));
  }
  if (exchange.config().services.has_ledger && count > 0) {
    entrance.add(Purpose::rests, list_step(std::string(kRestPrefix)));
  }
  return entrance;
}

Error quota_error(std::string message, UnixMs now_ms) {
  Error error(ErrorCode::client_quota_exceeded, std::move(message));
  error.retry_after_s = static_cast<std::uint32_t>((day_end_ms(now_ms) - now_ms + 999) / 1000);
  return error;
}

/// Why the ledger has refused. `counted`: what counts already.
Error refusal(Exchange& exchange, Purpose purpose, std::int64_t counted) {
  const Client& client = exchange.client();
  const UnixMs now_ms = exchange.session().now_ms();
  if (purpose == Purpose::minute) {
    const UnixMs left_ms = minute_left_ms(now_ms);
    exchange.account().rate = RateState{*client.per_minute, 0, left_ms};
    Error error(ErrorCode::client_rate_limited,
                "This key may ask " + std::to_string(*client.per_minute) + " times a minute.");
    error.retry_after_s = static_cast<std::uint32_t>((left_ms + 999) / 1000);
    return error;
  }
  if (purpose == Purpose::cost) {
    return quota_error("This key may spend " + write_billionths(*client.usd_per_day) +
                           " US dollars a day, and has spent or reserved " +
                           write_billionths(counted) + ".",
                       now_ms);
  }
  return quota_error("This key may have " + std::to_string(*client.per_day) +
                         " pictures a day, and has had or reserved " + std::to_string(counted) +
                         ".",
                     now_ms);
}

/// Keys that other instances have found to rest. An entry's text is the number of a FailureClass, a
/// space, and the moment at which the rest ends.
void take_rests(Instance& instance, const LedgerResult& rests, UnixMs now_ms) {
  for (const auto& [name, text] : rests.list) {
    const std::string_view mark = std::string_view(name).substr(kRestPrefix.size());
    const std::size_t space = std::min(text.find(' '), text.size());
    const auto kind = parse_unsigned(std::string_view(text).substr(0, space),
                                     static_cast<std::uint64_t>(FailureClass::server));
    const auto until = parse_unsigned(trim(std::string_view(text).substr(space)), INT64_MAX);
    if (!kind || !until) continue;
    for (const MarkedKey& key : instance.marked_keys()) {
      if (key.mark != mark) continue;
      key.ring->rest(key.index, static_cast<FailureClass>(*kind), static_cast<UnixMs>(*until),
                     now_ms);
    }
  }
}

void take_answer(Exchange& exchange, const Entrance& entrance, const LedgerAnswer& answer) {
  Account& account = exchange.account();
  const UnixMs now_ms = exchange.session().now_ms();
  for (std::size_t index = 0; index < entrance.purposes.size(); ++index) {
    const LedgerResult& result = answer.results[index];
    const Purpose purpose = entrance.purposes[index];
    if (purpose == Purpose::minute) {
      const std::uint32_t limit = *entrance.client.per_minute;
      const auto used =
          static_cast<std::uint32_t>(std::clamp<std::int64_t>(result.number, 0, limit));
      account.rate = RateState{limit, limit - used, minute_left_ms(now_ms)};
    } else if (purpose == Purpose::rests) {
      take_rests(exchange.instance(), result, now_ms);
    }
  }
}

}  // namespace

Task<> enter(Exchange& exchange, const Model* model, std::uint32_t count, std::uint32_t cache_s) {
  Account& account = exchange.account();
  if (model != nullptr) account.model = model->id;
  if (model != nullptr && !exchange.client().may_use(model->id)) {
    co_await Error(ErrorCode::model_not_allowed, "This key may not use this model.").at("model");
  }
  account.cache_s = co_await wanted_cache_s(exchange, cache_s);
  const Config& config = exchange.config();
  if (model != nullptr && !exchange.has_once_key()) co_await join_running(exchange);
  if (!config.services.has_ledger && !exchange.client().has_limits() && !exchange.has_once_key()) {
    co_return;
  }
  std::string once;
  if (model != nullptr) once = co_await once_name(exchange);
  account.reserved_count = count;
  if (model != nullptr) account.price = price_of(*model);
  account.day = utc_day(exchange.session().now_ms());
  for (;;) {
    Entrance entrance = entrance_for(exchange, once, count);
    if (entrance.steps.empty()) {
      account.is_entered = true;
      co_return;
    }
    account.is_claiming = !once.empty();
    account.is_in_doubt = true;
    if (!once.empty()) account.doubtful_claim = Claim{once, entrance.steps.front().text};
    Result<LedgerAnswer> answer =
        co_await attempt(transact(exchange, std::exchange(entrance.steps, {})));
    account.is_claiming = false;
    if (!answer) {
      // A record that there is no room for is an answer that was paid for.
      const bool is_full = answer.error().code == ErrorCode::overloaded;
      if (config.requires_ledger || is_full) co_await Error(answer.error());
      account.is_unlimited_by_fault = true;
      exchange.log().line().word("limits", "off");
      co_return;
    }
    account.is_in_doubt = false;
    if (!once.empty()) account.doubtful_claim.reset();
    if (!answer->refused) {
      take_answer(exchange, entrance, *answer);
      account.is_entered = true;
      account.once_name = once;
      if (!once.empty()) exchange.record(Exchange::Recorded::in_any_case);
      co_return;
    }
    LedgerResult& value = answer->results.front();
    const Purpose purpose = entrance.purposes[*answer->refused];
    if (purpose != Purpose::claim) co_await refusal(exchange, purpose, value.number);
    co_await wait_for_answer(exchange, once, std::move(value.text).value_or(""));
  }
}

}  // namespace fluxgate
