#include "llm/call.h"

#include <algorithm>
#include <utility>

#include "exchange/complaint_body.h"
#include "exchange/log_line.h"
#include "failover/classify.h"
#include "failover/complaint.h"
#include "failover/retry_after.h"
#include "json/member.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

Request completion_request(const LlmCall& call, std::string body) {
  Request request;
  request.method = Method::post;
  request.url = call.settings.chat_url;
  const OptimiserSettings& settings = call.settings;
  request.headers.append(settings.key_header, settings.key_prefix + settings.keys[call.key])
      .append("content-type", "application/json")
      .append("accept", "application/json, text/event-stream");
  request.body = std::move(body);
  return request;
}

/// Gives an answer with status 2xx, or the error that another status means.
Task<UpstreamResponse> judge(UpstreamResponse answer) {
  Session& session = co_await current_session();
  const Bytes body = co_await collect_complaint(std::move(answer.body));
  BackendComplaint complaint = read_complaint(body.view());
  const std::string name = "llm_http_" + std::to_string(answer.status);
  const Verdict verdict = judge_refusal(
      {answer.status, std::move(complaint), std::move(answer.headers)}, session.now_ms());
  if (verdict.kind == FailureClass::policy) {
    co_return Error(ErrorCode::content_policy_violation,
                    "The language model refused the request for reasons of its content policy.",
                    "llm_policy");
  }
  Error error = llm_error(name, verdict.error.code);
  error.retry_after_s = verdict.error.retry_after_s;
  if (verdict.kind == FailureClass::rate) error.retry_after_s = advised_wait_s(verdict.rest_ms);
  co_return error;
}

}  // namespace

LlmCall::LlmCall(const OptimiserSettings& optimiser, const Session& session)
    : settings(optimiser),
      key(session.randomness()[0] % optimiser.keys.size()),
      asked_ms(session.now_ms()) {}

Task<UpstreamResponse> send_to_llm(LlmCall& call, std::string body, std::uint32_t headers_ms) {
  Result<UpstreamResponse> answer = co_await attempt(
      with_deadline(fetch(completion_request(call, std::move(body))), headers_ms,
                    llm_error("llm_headers_timeout", ErrorCode::upstream_timeout)));
  if (!answer && answer.error().detail.empty()) {
    co_return llm_error("llm_unreachable", ErrorCode::upstream_unreachable);
  }
  if (!answer) co_return answer;
  call.status = answer->status;
  if (call.status < 200 || call.status > 299) answer = co_await attempt(judge(*std::move(answer)));
  co_return answer;
}

std::string addressed_to_llm(std::string_view request_body, const OptimiserSettings& optimiser) {
  std::string model;
  json::append_string(model, optimiser.model);
  return json::with_member(request_body, "model", model);
}

void log_llm_call(Exchange& exchange, const LlmCall& call, const Error* failure) {
  LogLine line(exchange, failure == nullptr ? "llm_attempt" : std::string_view(failure->detail));
  line.number("key", static_cast<std::int64_t>(call.key))
      .number("ms", exchange.session().now_ms() - call.asked_ms);
  if (call.status != 0) line.number("status", call.status);
  line.write();
}

Error llm_error(std::string name, ErrorCode code) {
  return Error(code, "The language model did not answer as it should.", std::move(name));
}

}  // namespace fluxgate
