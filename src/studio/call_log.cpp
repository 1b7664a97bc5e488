#include "studio/call_log.h"

#include "base/utf8.h"

namespace fluxgate {
namespace {

/// The call as others learn of it.
BilledCall billed(const Candidate& candidate, UnixMs took_ms, const ImageCall& call) {
  BilledCall billed{
      .provider = candidate.provider->name, .took_ms = took_ms, .status = call.status};
  if (const Verdict* verdict = std::get_if<Verdict>(&call.result)) {
    billed.failure = verdict->event;
    billed.message = utf8_prefix(call.complaint.message, kMaxLogRemarkBytes);
  }
  return billed;
}

}  // namespace

void log_call(Exchange& exchange, const Candidate& candidate, std::size_t key, UnixMs took_ms,
              const ImageCall& call) {
  LoggedCall logged{candidate.provider->name, key, took_ms, call.status};
  logged.poll_count = call.poll_count;
  if (const Verdict* verdict = std::get_if<Verdict>(&call.result)) {
    logged.failure = verdict->event;
    logged.rest_ms = verdict->rest_ms;
    logged.maybe_billed = verdict->maybe_billed;
    logged.host = split_url(candidate.provider->url).authority;
    logged.detail = verdict->error.detail;
    logged.upstream_code = call.complaint.code;
    logged.upstream_message = call.complaint.message;
  }
  exchange.log().add(logged);
  exchange.account().calls.push_back(billed(candidate, took_ms, call));
}

void log_ordered(Exchange& exchange, const Candidate& candidate, std::size_t key, UnixMs took_ms) {
  exchange.log().add({candidate.provider->name, key, took_ms, 200});
}

}  // namespace fluxgate
