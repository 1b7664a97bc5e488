#include "llm/call.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "accounts/settle.h"
#include "base/ascii.h"
#include "base/version.h"
#include "exchange/blot_out.h"
#include "exchange/complaint_body.h"
#include "failover/classify.h"
#include "failover/complaint.h"
#include "failover/key_ring.h"
#include "failover/retry_after.h"
#include "json/member.h"
#include "json/writer.h"
#include "llm/completion_call.h"

namespace fluxgate {
namespace {

/// What models of the platform take of a question; they refuse other members.
constexpr std::string_view kPlatformMembers[] = {"messages", "stream", "temperature", "max_tokens",
                                                 "top_p"};

std::string for_platform(std::string_view question) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  for (const json::MemberText& member : json::members_of(question)) {
    const auto known =
        std::find(std::begin(kPlatformMembers), std::end(kPlatformMembers), member.name);
    if (known != std::end(kPlatformMembers)) json.key(*known).raw(member.value);
  }
  json.end_object();
  return body;
}

Request completion_request(const LlmCall& call, std::string body) {
  Request request;
  request.method = Method::post;
  request.url = call.settings.chat_url;
  const OptimiserSettings& settings = call.settings;
  if (settings.is_of_platform) {
    body = for_platform(body);
  } else {
    request.headers.append(settings.key_header, settings.key_prefix + settings.keys[call.key]);
  }
  request.headers.append("content-type", "application/json")
      .append("accept", "application/json, text/event-stream")
      .append("user-agent", kUserAgent);
  request.body = std::move(body);
  return request;
}

/// An answer whose status is not 2xx.
struct Refused {
  Verdict verdict;
  std::string message;  ///< The server's own words.
  int status;
};

Task<Refused> read_refusal(UpstreamResponse answer) {
  Session& session = co_await current_session();
  const Bytes body = co_await collect_complaint(std::move(answer.body));
  BackendComplaint complaint = read_complaint(body.view());
  std::string message = complaint.message;
  co_return Refused{judge_refusal({answer.status, std::move(complaint), std::move(answer.headers)},
                                  session.now_ms()),
                    std::move(message), answer.status};
}

Error error_of(const Refused& refused) {
  const Verdict& verdict = refused.verdict;
  if (verdict.kind == FailureClass::policy) {
    return Error(ErrorCode::content_policy_violation,
                 "The language model refused the request for reasons of its content policy.",
                 "llm_policy");
  }
  Error error = llm_error("llm_http_" + std::to_string(refused.status), verdict.error.code);
  error.retry_after_s = verdict.error.retry_after_s;
  if (verdict.kind == FailureClass::rate) error.retry_after_s = advised_wait_s(verdict.rest_ms);
  return error;
}

/// There is one for each of LlmHabits.
constexpr int kMaxAdaptations = 2;

/// A longer body is not held until its answer comes.
constexpr std::size_t kMaxCopiedBytes = 256 * 1024;

/// Writes a body of ours as this server takes it. Returns whether anything was changed.
bool adapt(std::string& body, const LlmHabits& habits) {
  const bool options = !habits.takes_stream_options && leave_out_stream_options(body);
  const bool role = !habits.takes_system_role && leave_out_system_role(body);
  return options || role;
}

/// Learns from a refusal which part of our body the server does not take.
void learn(LlmHabits& habits, const Refused& refused) {
  if (refused.status != 400 && refused.status != 422) return;
  const auto says = [&](std::string_view words) {
    return find_ignoring_case(refused.message, words) != std::string_view::npos;
  };
  if (says("stream_options") || says("include_usage")) habits.takes_stream_options = false;
  for (const std::string_view words :
       {"roles are allowed", "not system", "system role", "role 'system'", "role: system",
        "role \"system\"", "system instruction", "system message", "developer instruction"}) {
    if (says(words)) habits.takes_system_role = false;
  }
}

/// A server that is given up must not go on writing what its operator pays for.
Task<UpstreamResponse> send_once(LlmCall& call, std::string body, AnswerForm form,
                                 std::uint32_t headers_ms) {
  const CallOptions options{
      .head_ms = headers_ms,
      .late = [] { return llm_error("llm_headers_timeout", ErrorCode::upstream_timeout); },
      .inline_bytes = form == AnswerForm::whole ? kInlineAnswerBytes : 0,
      .ends_at_once = true};
  Result<UpstreamResponse> answer =
      co_await attempt(fetch(completion_request(call, std::move(body)), options));
  if (!answer && answer.error().detail.empty()) {
    co_return llm_error("llm_unreachable", ErrorCode::upstream_unreachable);
  }
  co_return answer;
}

}  // namespace

LlmCall::LlmCall(Exchange& exchange)
    : exchange(exchange),
      settings(*exchange.config().optimiser),
      asked_ms(exchange.session().now_ms()),
      began_ms(asked_ms) {}

Task<UpstreamResponse> send_to_llm(LlmCall& call, std::string body, AnswerForm form,
                                   std::uint32_t headers_ms) {
  Instance& instance = call.exchange.instance();
  const Session& session = call.exchange.session();
  KeyRing& keys = instance.llm_keys();
  LlmHabits& habits = instance.llm_habits();
  TriedKeys tried;
  call.key = keys.next(keys.next_start(), {}, session.now_ms())
                 .value_or(keys.first_free(session.now_ms()));
  adapt(body, habits);
  for (int adaptations = 0;;) {
    tried.add(call.key);
    std::string copy;
    if (body.size() <= kMaxCopiedBytes) copy = body;
    call.began_ms = session.now_ms();
    call.status = 0;
    call.message.clear();
    call.exchange.log().call_begins();
    UpstreamResponse answer = co_await send_once(call, std::move(body), form, headers_ms);
    call.status = answer.status;
    if (call.status >= 200 && call.status <= 299) {
      keys.learn_success(call.key);
      co_return std::move(answer);
    }
    const Refused refused = co_await read_refusal(std::move(answer));
    call.message = blot_out_words(blot_out_secrets(refused.message, instance.config()), copy);
    if (copy.empty()) call.message.clear();  // It may repeat what nobody holds any more.
    keys.learn(call.key, refused.verdict, session.now_ms());
    call.tellings.push_back(tell_rest(call.exchange, keys, call.key, refused.verdict));
    call.tellings.back().start(call.exchange.session());
    const Error error = error_of(refused);
    if (copy.empty() || tried.full()) co_return error;
    learn(habits, refused);
    std::optional<std::size_t> next = call.key;
    if (refused.verdict.remedy == Remedy::other_key) {
      next = keys.next(call.key + 1, tried, session.now_ms());
    } else if (adaptations++ == kMaxAdaptations || !adapt(copy, habits)) {
      next = std::nullopt;
    }
    if (!next) co_return error;
    log_llm_call(call, &error);
    call.key = *next;
    body = std::move(copy);
  }
}

std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser) {
  std::string model;
  json::append_string(model, optimiser.model);
  return json::with_member(request_body, "model", model);
}

void log_llm_call(const LlmCall& call, const Error* failure) {
  LoggedCall logged{"OPENAI", call.key, call.exchange.session().now_ms() - call.began_ms,
                    call.status};
  if (failure != nullptr) {
    logged.failure = failure->detail;
    logged.host = split_url(call.settings.chat_url).authority;
    logged.upstream_message = call.message;
  }
  call.exchange.log().add(logged);
}

Error llm_error(std::string name, ErrorCode code) {
  return Error(code, "The language model did not answer as it should.", std::move(name));
}

}  // namespace fluxgate
