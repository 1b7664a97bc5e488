#include "views/health.h"

#include "base/version.h"
#include "checkup/probes.h"
#include "checkup/setup.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

/// How long the result of a check is told: whoever has mended a setting waits for a new instance
/// anyway, and upstreams count calls.
constexpr UnixMs kCheckLifeMs = 60'000;
/// After how long a check counts as given up: its client has left.
constexpr UnixMs kCheckingMs = 20'000;
/// When to ask again while a check is under way: upstreams answer in a second or so.
constexpr std::uint32_t kAskAgainS = 3;

void write_findings(json::Writer& json, const Findings& findings) {
  json.begin_array();
  for (const Finding& finding : findings.list) {
    json.begin_object().key("name").string(finding.upstream);
    json.key("key").number(static_cast<std::int64_t>(finding.key));
    json.key("state").string(upstream_state_name(finding.state));
    if (finding.status != 0) json.key("status").number(finding.status);
    json.key("ms").number(finding.ms);
    if (!finding.says.empty()) json.key("says").string(finding.says);
    json.end_object();
  }
  json.end_array();
}

/// Is there nothing that keeps anybody from pictures, as far as the check can tell?
bool is_well(const Instance& instance, const Findings& findings) {
  if (instance.config().error) return false;
  for (const Finding& finding : findings.list) {
    if (finding.state != UpstreamState::ok) return false;
  }
  return true;
}

std::string write_report(const Instance& instance, const Findings& findings) {
  std::string report;
  json::Writer json(report);
  json.begin_object().key("status").string(is_well(instance, findings) ? "ok" : "attention");
  json.key("version").string(kVersion).key("setup");
  write_setup(json, instance, HostNames::hidden);
  json.key("upstreams");
  write_findings(json, findings);
  json.key("advice").begin_array();
  for (const std::string& advice : findings.advice) json.string(advice);
  for (const std::string& advice : setup_advice(instance)) json.string(advice);
  json.end_array().end_object();
  return report;
}

}  // namespace

Task<> show_health(Exchange& exchange) {
  co_await exchange.respond(json_response(200, R"({"status":"ok"})"));
}

Task<> check_health(Exchange& exchange) {
  Instance& instance = exchange.instance();
  const UnixMs now_ms = exchange.session().now_ms();
  KeptText& kept = instance.kept_text("health");
  const UnixMs age_ms = now_ms - kept.written_ms;
  if (age_ms < 0 || age_ms >= (kept.text.empty() ? kCheckingMs : kCheckLifeMs)) {
    kept = {"", now_ms};
    Findings findings;
    if (!instance.config().error) findings = co_await probe_upstreams(exchange);
    instance.kept_text("health") = {write_report(instance, findings), exchange.session().now_ms()};
  } else if (kept.text.empty()) {
    Error busy(ErrorCode::overloaded, "A check is under way.");
    busy.retry_after_s = kAskAgainS;
    co_await std::move(busy);
  }
  co_await exchange.respond(json_response(200, instance.kept_text("health").text));
}

}  // namespace fluxgate
