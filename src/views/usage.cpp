#include "views/usage.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "accounts/names.h"
#include "accounts/usage.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

constexpr std::size_t kShownDays = 30;

void write_use(json::Writer& json, const DayUse& use) {
  json.key("requests").number(use.requests).key("failed").number(use.failed);
  json.key("pictures").number(use.pictures).key("cost").billionths(use.cost);
}

void write_limits(json::Writer& json, const Client& client) {
  json.begin_object();
  if (client.per_minute) json.key("per_minute").number(*client.per_minute);
  if (client.per_day) json.key("per_day").number(*client.per_day);
  if (client.usd_per_day) json.key("usd_per_day").billionths(*client.usd_per_day);
  json.end_object();
}

using Days = std::span<const ClientDay>;

DayUse use_of(Days days, std::string_view day) {
  DayUse use;
  for (const ClientDay& each : days) {
    if (each.day == day) use = each.use;
  }
  return use;
}

/// Today and the last days, the newest first.
void write_days(json::Writer& json, Days days, std::string_view today) {
  json.key("today").begin_object().key("date").string(today);
  write_use(json, use_of(days, today));
  json.end_object().key("days").begin_array();
  for (std::size_t count = 0; count < std::min(days.size(), kShownDays); ++count) {
    const ClientDay& day = days[days.size() - 1 - count];
    json.begin_object().key("date").string(day.day);
    write_use(json, day.use);
    json.end_object();
  }
  json.end_array();
}

/// Those of one client that `uses` begins with.
Days first_client(Days uses) {
  std::size_t count = 0;
  while (count < uses.size() && uses[count].client == uses[0].client) ++count;
  return uses.first(count);
}

Days days_of(Days uses, std::string_view client) {
  while (!uses.empty() && uses[0].client != client) {
    uses = uses.subspan(first_client(uses).size());
  }
  return first_client(uses);
}

void write_clients(json::Writer& json, Days uses, std::string_view today) {
  json.key("clients").begin_array();
  while (!uses.empty()) {
    const Days days = first_client(uses);
    DayUse month;
    for (const ClientDay& day : days) month += day.use;
    json.begin_object().key("name").string(days[0].client).key("today").begin_object();
    write_use(json, use_of(days, today));
    json.end_object().key("month").begin_object();
    write_use(json, month);
    json.end_object().end_object();
    uses = uses.subspan(days.size());
  }
  json.end_array();
}

/// The keys of a provider by their places, and how long each rests.
void write_keys(json::Writer& json, const Instance& instance, std::string_view provider,
                UnixMs now_ms) {
  json.key("keys").begin_array();
  const KeyRing* shown = nullptr;
  for (const Model& model : instance.models()) {
    for (const Candidate& candidate : model.candidates) {
      if (candidate.provider->name == provider) shown = candidate.keys;
    }
  }
  for (std::size_t index = 0; shown != nullptr && index < shown->size(); ++index) {
    const UnixMs rest_ms = shown->rest_left_ms(index, now_ms);
    json.begin_object().key("key").number(static_cast<std::int64_t>(index));
    json.key("state").string(rest_ms > 0 ? "resting" : "ready");
    if (rest_ms > 0) json.key("wait").number((rest_ms + 999) / 1000);
    json.end_object();
  }
  json.end_array();
}

void write_backends(json::Writer& json, const Instance& instance,
                    const std::vector<BackendUse>& backends, UnixMs now_ms) {
  json.key("backends").begin_array();
  for (const ProviderSettings& provider : instance.config().providers) {
    BackendUse use;
    for (const BackendUse& each : backends) {
      if (each.provider == provider.name) use = each;
    }
    json.begin_object().key("name").string(provider.name);
    json.key("ok").number(use.ok).key("failed").number(use.failed);
    if (use.ok + use.failed > 0) {
      constexpr std::int64_t kWhole = 1'000'000'000;
      json.key("success_rate").billionths(kWhole * use.ok / (use.ok + use.failed));
    }
    if (use.ok > 0) {
      json.key("p50_ms").number(use.quantile_ms(50)).key("p95_ms").number(use.quantile_ms(95));
    }
    json.key("failures").begin_array();
    for (const std::string& fault : use.faults) json.raw(fault);
    json.end_array();
    write_keys(json, instance, provider.name, now_ms);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

Task<> show_usage(Exchange& exchange) {
  const Client& client = exchange.client();
  const UnixMs now_ms = exchange.session().now_ms();
  const std::string today = utc_day(now_ms);
  bool is_cut = false;
  const std::vector<ClientDay> uses =
      co_await read_uses(exchange, client.is_operator ? std::string_view() : client.name, is_cut);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("object").string("usage").key("client").string(client.name);
  json.key("scope").string(exchange.config().services.has_ledger ? "all" : "instance");
  json.key("limits");
  write_limits(json, client);
  write_days(json, days_of(uses, client.name), today);
  if (client.is_operator) {
    write_clients(json, uses, today);
    write_backends(json, exchange.instance(), co_await read_backends(exchange), now_ms);
    if (is_cut) json.key("truncated").boolean(true);
  }
  json.end_object();
  co_await exchange.respond(json_response(200, std::move(body)));
}

}  // namespace fluxgate
