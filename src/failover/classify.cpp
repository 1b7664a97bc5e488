#include "failover/classify.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "failover/retry_after.h"
#include "failover/topic.h"

namespace fluxgate {
namespace {

/// The longest wait after which a limit by the minute may be free again.
constexpr UnixMs kMaxLimitWaitMs = 600'000;

/// What the class of a failure decides by itself.
struct Rule {
  Remedy remedy;
  ErrorCode code;
  std::string_view event;
  UnixMs rest_ms;
  std::string_view message;  ///< What the client reads.
};

// In the order of FailureClass.
constexpr Rule kRules[] = {
    {Remedy::once_more, ErrorCode::upstream_unreachable, "img_connect", 0,
     "The image backend could not be reached."},
    {Remedy::once_more, ErrorCode::upstream_reset, "img_reset", 0,
     "The connection to the image backend was lost."},
    {Remedy::none, ErrorCode::upstream_timeout, "img_headers_timeout", 0,
     "The image backend did not answer in time."},
    {Remedy::none, ErrorCode::upstream_bad_response, "img_bad_json", 0,
     "The image backend's answer cannot be used."},
    {Remedy::none, ErrorCode::content_policy_violation, "img_policy", 0,
     "The image backend refused the prompt for reasons of its content policy."},
    {Remedy::none, ErrorCode::upstream_rejected_request, "img_http_400", 0,
     "The image backend rejected the request."},
    {Remedy::none, ErrorCode::upstream_model_not_found, "img_http_404", 0,
     "The image backend does not know this model."},
    {Remedy::other_key, ErrorCode::upstream_auth_failed, "img_key_auth", kAuthRestMs,
     "The image backend does not accept the configured key."},
    {Remedy::other_key, ErrorCode::insufficient_quota, "img_key_quota", kQuotaRestMs,
     "The image backend's quota is used up."},
    {Remedy::other_key, ErrorCode::rate_limit_exceeded, "img_key_rate", kRateRestMs,
     "The image backend is limiting requests."},
    {Remedy::after_pause, ErrorCode::upstream_unavailable, "img_http_5xx", 0,
     "The image backend is unavailable."},
};
static_assert(std::size(kRules) == static_cast<std::size_t>(FailureClass::server) + 1);

const Rule& rule_of(FailureClass kind) {
  return kRules[static_cast<std::size_t>(kind)];
}

Verdict verdict_of(FailureClass kind) {
  const Rule& rule = rule_of(kind);
  return {kind, rule.remedy, failure_error(kind), rule.event, rule.rest_ms};
}

bool is_success(int status) {
  return status >= 200 && status <= 299;
}

/// The status that counts: the answer's own, or inside a 200-299 the code in its body, if that is a
/// status which backends give. 0: there is none. (520 and up, but 529, come from Cloudflare and are
/// about a connection.)
int effective_status(const Refusal& refusal) {
  if (!is_success(refusal.status)) return refusal.status;
  const auto code = parse_unsigned(refusal.complaint.code, 529);
  const int inside = code ? static_cast<int>(*code) : refusal.complaint.own_status;
  return inside >= 400 && (inside <= 504 || inside == 529) ? inside : 0;
}

/// Did a firewall in front of the backend write the answer, because it dislikes the request? Then
/// no key is at fault, and none should rest. It writes a page for people, or Cloudflare's "error
/// code: 1010".
bool is_of_firewall(const Refusal& refusal) {
  const std::string_view type = refusal.headers.find("content-type").value_or("");
  return starts_with_ignoring_case(type, "text/html") ||
         starts_with_ignoring_case(refusal.complaint.message, "error code: 1");
}

/// The status with which somebody behind the backend refuses the request, when the backend passes
/// that on as a fault of its own; 0 when it does not.
int hidden_status(const Refusal& refusal) {
  const BackendComplaint& complaint = refusal.complaint;
  if (complaint.status >= 400 && complaint.status <= 499 && complaint.status != 408) {
    return complaint.status;
  }
  return starts_with_ignoring_case(complaint.code, "invalid_") ? 400 : 0;
}

/// The wait that headers or words ask for; nothing when they do not say.
std::optional<UnixMs> asked_wait_ms(const Refusal& refusal, UnixMs now_ms) {
  const auto wait_ms = read_retry_after(refusal.headers, now_ms);
  if (wait_ms || refusal.complaint.wait_ms == 0) return wait_ms;
  return std::clamp(refusal.complaint.wait_ms, kMinRetryAfterMs, kMaxRetryAfterMs);
}

FailureClass class_of_topic(Topic topic, FailureClass otherwise) {
  switch (topic) {
    case Topic::policy: return FailureClass::policy;
    case Topic::quota: return FailureClass::quota;
    case Topic::rate: return FailureClass::rate;
    case Topic::blocked_account:
    case Topic::bad_key: return FailureClass::auth;
    case Topic::unknown_model: return FailureClass::model_not_found;
    case Topic::none: break;
  }
  return otherwise;
}

FailureClass class_of(int status, const Refusal& refusal) {
  const auto topic = [&](Wording wording) {
    return topic_of(refusal.complaint.code, refusal.complaint.message, wording);
  };
  switch (status) {
    case 0: return class_of_topic(topic(Wording::phrases), FailureClass::bad_answer);
    case 400:
    case 412:
    case 422: return class_of_topic(topic(Wording::phrases), FailureClass::rejected);
    case 401: return FailureClass::auth;
    case 402:
      return topic(Wording::phrases) == Topic::rate ? FailureClass::rate : FailureClass::quota;
    case 403:
      return class_of_topic(topic(Wording::words),
                            is_of_firewall(refusal) ? FailureClass::rejected : FailureClass::auth);
    case 404:
    case 405:  // The path knows no POST.
    case 410:  // The path is no more.
      return FailureClass::model_not_found;
    case 408: return FailureClass::timeout;
    case 429: {
      // A quota that is free again within minutes is a limit, whatever it is called.
      const UnixMs wait_ms = refusal.complaint.wait_ms;
      if (wait_ms > 0 && wait_ms <= kMaxLimitWaitMs) return FailureClass::rate;
      const FailureClass kind = class_of_topic(topic(Wording::words), FailureClass::rate);
      return kind == FailureClass::quota || kind == FailureClass::auth ? kind : FailureClass::rate;
    }
    case 451: return class_of_topic(topic(Wording::phrases), FailureClass::policy);
    // Cloudflare in front of the backend, or the Worker's own fetch, answers these.
    // Source: developers.cloudflare.com/support/troubleshooting/http-status-codes/
    case 520:
    case 524: return FailureClass::reset;
    case 521:
    case 522:
    case 523:
    case 525:
    case 526:
    case 530: return FailureClass::connect;
    default: break;
  }
  if (status >= 500 && hidden_status(refusal) != 0) {
    return class_of(hidden_status(refusal), refusal);
  }
  if (status >= 500) return FailureClass::server;
  if (status >= 400) return FailureClass::rejected;
  return FailureClass::bad_answer;
}

}  // namespace

Error failure_error(FailureClass kind) {
  const Rule& rule = rule_of(kind);
  Error error(rule.code, std::string(rule.message));
  if (kind == FailureClass::server) error.retry_after_s = kServerRetryAfterS;
  return error;
}

Verdict judge_refusal(const Refusal& refusal, UnixMs now_ms) {
  const int status = effective_status(refusal);
  Verdict verdict = verdict_of(class_of(status, refusal));
  const std::optional<UnixMs> wait_ms = asked_wait_ms(refusal, now_ms);
  if (verdict.kind == FailureClass::rate) verdict.rest_ms = wait_ms.value_or(kRateRestMs);
  if (verdict.kind == FailureClass::server && wait_ms) {
    if (status == 503 && *wait_ms <= kMaxPauseMs) verdict.pause_ms = *wait_ms;
    verdict.error.retry_after_s = advised_wait_s(*wait_ms);
  }
  if (status == 526) verdict.remedy = Remedy::none;  // A bad certificate stays bad.
  if (status == 408) verdict.event = "img_http_408";
  if (status >= 300 && status <= 399) {
    verdict.error.message = "The image backend answered with a redirect.";
    verdict.event = "img_redirect";
  }
  // 503 and 529 refuse a call before it runs.
  verdict.maybe_billed = verdict.kind == FailureClass::reset ||
                         verdict.kind == FailureClass::timeout || status == 500 || status == 502 ||
                         status == 504;
  if (is_success(refusal.status)) {
    verdict.event = "img_error_in_200";
    if (verdict.kind == FailureClass::bad_answer) {
      verdict.error = Error(ErrorCode::upstream_error, "The image backend reported an error.");
    }
  }
  verdict.error.detail = "upstream status " + std::to_string(refusal.status);
  return verdict;
}

Verdict judge_failure(Error error, Stage stage) {
  FailureClass kind = FailureClass::bad_answer;
  if (error.code == ErrorCode::upstream_unreachable) kind = FailureClass::connect;
  if (error.code == ErrorCode::upstream_timeout) kind = FailureClass::timeout;
  if (error.code == ErrorCode::content_policy_violation) kind = FailureClass::policy;
  Verdict verdict = verdict_of(kind);
  const bool is_sent =
      error.code != ErrorCode::too_many_calls && error.code != ErrorCode::unsupported_by_host;
  verdict.maybe_billed = is_sent && kind != FailureClass::policy;
  if (kind == FailureClass::bad_answer || stage == Stage::content) verdict.error = error;
  verdict.error.detail = std::move(error.detail);

  if (stage == Stage::body || stage == Stage::coded_body) {
    verdict.event = stage == Stage::body ? "img_truncated" : "img_bad_encoding";
    if (kind == FailureClass::timeout) verdict.event = "img_body_timeout";
  }
  if (error.code == ErrorCode::upstream_too_large) verdict.event = "img_too_large";
  if (error.code == ErrorCode::upstream_bad_url) verdict.event = "img_bad_url";
  if (error.code == ErrorCode::upstream_not_an_image) verdict.event = "img_not_an_image";
  if (error.code == ErrorCode::too_many_calls) verdict.event = "img_call_limit";
  if (error.code == ErrorCode::unsupported_by_host) verdict.event = "img_unsupported";
  if (stage == Stage::content && verdict.error.detail == "img_no_url") verdict.event = "img_no_url";
  return verdict;
}

}  // namespace fluxgate
