#include "studio/dealings.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
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

/// Does an address hold nothing that hosts read otherwise than we do? They take a backslash for a
/// slash, and a line end would add header lines.
bool is_plain(std::string_view url) {
  return std::none_of(url.begin(), url.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7F || c == '\\'; });
}

/// Is the host, without a port and a name of a user, of the domain, or below it?
bool is_under(std::string_view host, std::string_view domain) {
  const bool is_host = std::all_of(host.begin(), host.end(),
                                   [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
  if (!is_host || domain.empty() || !host.ends_with(domain)) return false;
  host.remove_suffix(domain.size());
  return host.empty() || host.ends_with('.');
}

}  // namespace

OpenOrder::OpenOrder(const Dealings& dealings, UnixMs ordered_ms)
    : exchange_(dealings.batch.exchange),
      left_{.place = dealings.job.place,
            .provider = dealings.candidate.provider->name,
            .model = dealings.candidate.model,
            .key = static_cast<std::uint32_t>(dealings.key),
            .size = size_text(dealings.job.size),
            .ordered_ms = ordered_ms},
      key_header_(key_header(*dealings.candidate.provider, *dealings.candidate.dialect).name) {}

OpenOrder::~OpenOrder() {
  if (is_over) return;
  const Account& account = exchange_.account();
  const bool is_wanted = account.leaves_orders || exchange_.has_stopped_sending();
  const bool can_be_taken_up = !(account.once_name.empty() && account.unfinished_response.empty());
  if (is_wanted && can_be_taken_up && can_be_left()) {
    leave_behind();
  } else if (later.cancel) {
    exchange_.call_off(*std::move(later.cancel));
  }
}

bool OpenOrder::can_be_left() const {
  const Config& config = exchange_.config();
  const auto is_told_key = [&](const std::optional<Request>& request) {
    return request && (holds_secret(request->url, config) || holds_secret(request->body, config));
  };
  return later.ask && !is_told_key(later.ask) && !is_told_key(later.cancel);
}

/// Nobody is told the key.
void OpenOrder::leave_behind() {
  const auto without_key = [&](Request request) {
    request.headers = without(without(request.headers, key_header_), "user-agent");
    return request;
  };
  left_.ask = without_key(*std::move(later.ask));
  if (later.cancel) left_.cancel = without_key(*std::move(later.cancel));
  exchange_.account().left_behind.pictures.push_back(std::move(left_));
}

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
  if (!is_plain(request.url)) {
    return Error(ErrorCode::upstream_bad_url, "The image backend named a bad address.");
  }
  request.headers.append("user-agent", kUserAgent);
  if (may_have_key(request.url)) {
    append_key(request, key_header(*candidate.provider, *candidate.dialect),
               candidate.provider->keys[key], session().now_ms());
    return {};
  }
  Result<std::string> admitted = admit_picture_url(batch.exchange, request.url);
  if (!admitted) return std::move(admitted).error();
  request.url = *std::move(admitted);
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
  if (!said) {
    const ErrorCode code = said.error().code;
    const bool is_end =
        code == ErrorCode::content_policy_violation || code == ErrorCode::upstream_error;
    if (is_end) end_order();
    return std::move(said).error();
  }
  if (Later* later = std::get_if<Later>(&*said)) {
    go_on(std::move(*later));
    return std::optional<Picture>();
  }
  end_order();
  if (Failed* failed = std::get_if<Failed>(&*said)) {
    BackendComplaint complaint = complaint_of(failed->code, failed->message);
    complaint.own_status = failed->status;
    judge(std::move(complaint), headers);
    return std::optional<Picture>();
  }
  Made& made = std::get<Made>(*said);
  if (const Cost cost = sane(made.cost)) call.cost = cost;
  return std::optional<Picture>(std::move(made.picture));
}

/// Keeps what was said before and still holds.
void Dealings::go_on(Later next) {
  const Result<void> completed = next.ask ? complete(*next.ask) : Result<void>();
  if (!completed) {
    call.result = judge_failure(completed.error(), Stage::content);
    return;
  }
  if (next.cancel && !complete(*next.cancel)) next.cancel.reset();
  if (const Cost cost = sane(next.cost)) call.cost = cost;
  if (order == nullptr) order = std::make_unique<OpenOrder>(*this, session().now_ms());
  Later& later = order->later;
  if (!next.ask) next.ask = std::move(later.ask);
  if (!next.cancel) next.cancel = std::move(later.cancel);
  later = std::move(next);
}

void Dealings::take_up(const LeftPicture& left) {
  is_new = false;
  Later later{.ask = left.ask, .cancel = left.cancel};
  order = std::make_unique<OpenOrder>(*this, left.ordered_ms);
  go_on(std::move(later));
}

void Dealings::end_order() {
  if (order != nullptr) order->is_over = true;
  order.reset();
}

}  // namespace fluxgate
