#include "studio/dealings.h"

#include <utility>

#include "base/version.h"
#include "exchange/blot_out.h"
#include "failover/reason.h"
#include "gallery/admit.h"

namespace fluxgate {
namespace {

/// Puts the backend's own words behind ours. A key's faults are the operator's business.
void add_reason(Verdict& verdict, std::string_view message) {
  if (verdict.kind == FailureClass::auth) return;
  const std::string reason = plain_reason(message);
  if (!reason.empty()) verdict.error.message.append(" It says: ").append(reason);
}

BackendComplaint readable(BackendComplaint complaint, const ImageJob& job, const Config& config) {
  for (std::string* text : {&complaint.code, &complaint.message}) {
    *text = blot_out_words(blot_out_secrets(*text, config), job.prompt);
    *text = blot_out_words(*text, job.negative_prompt);
  }
  return complaint;
}

/// Is the host of the domain, or below it?
bool is_under(std::string_view host, std::string_view domain) {
  if (domain.empty() || !host.ends_with(domain)) return false;
  host.remove_suffix(domain.size());
  return host.empty() || host.ends_with('.');
}

}  // namespace

/// May this address, which the backend itself may have named, have the key?
bool Dealings::may_have_key(std::string_view url) const {
  if (url == candidate.provider->url) return true;
  const UrlParts own = split_url(candidate.provider->url);
  const UrlParts other = split_url(url);
  if (other.origin == own.origin) return true;
  const std::string_view domain = candidate.dialect->domain;
  return other.scheme == "https" && own.scheme == "https" && is_under(own.authority, domain) &&
         is_under(other.authority, domain);
}

Result<void> Dealings::complete(Request& request) const {
  request.headers.append("user-agent", kUserAgent);
  if (may_have_key(request.url)) {
    append_key(request, key_header(*candidate.provider, *candidate.dialect),
               candidate.provider->keys[key], session().now_ms());
    return {};
  }
  Result<std::string> admitted = admit_picture_url(batch.exchange, request.url);
  if (!admitted) return std::move(admitted).error();
  return {};
}

void Dealings::judge(BackendComplaint complaint, Headers headers) {
  call.complaint = readable(std::move(complaint), job, batch.exchange.config());
  Verdict verdict =
      judge_refusal({call.status, call.complaint, std::move(headers)}, session().now_ms());
  add_reason(verdict, call.complaint.message);
  call.result = std::move(verdict);
}

Result<std::optional<Picture>> Dealings::take(Result<Step> said, const Headers& headers) {
  if (!said) return std::move(said).error();
  if (Later* later = std::get_if<Later>(&*said)) {
    go_on(std::move(*later));
    return std::optional<Picture>();
  }
  end_order();
  if (Failed* failed = std::get_if<Failed>(&*said)) {
    BackendComplaint complaint{std::move(failed->code), std::move(failed->message)};
    complaint.own_status = failed->status;
    judge(std::move(complaint), headers);
    return std::optional<Picture>();
  }
  Made& made = std::get<Made>(*said);
  if (made.cost) call.cost = made.cost;
  return std::optional<Picture>(std::move(made.picture));
}

/// Keeps what was said before and still holds.
void Dealings::go_on(Later next) {
  for (std::optional<Request>* request : {&next.ask, &next.cancel}) {
    const Result<void> completed = *request ? complete(**request) : Result<void>();
    if (completed) continue;
    call.result = judge_failure(completed.error(), Stage::content);
    return;
  }
  if (next.cost) call.cost = next.cost;
  if (order == nullptr) order = std::make_unique<OpenOrder>(batch.exchange);
  Later& later = order->later;
  if (!next.ask) next.ask = std::move(later.ask);
  if (!next.cancel) next.cancel = std::move(later.cancel);
  later = std::move(next);
}

void Dealings::end_order() {
  if (order != nullptr) order->later.cancel.reset();
  order.reset();
}

}  // namespace fluxgate
