#include "gateway/gateway.h"

#include <utility>

#include "accounts/once.h"
#include "accounts/settle.h"
#include "checkup/setup.h"
#include "delivery/replay.h"
#include "exchange/exchange.h"
#include "exchange/header_names.h"
#include "exchange/patience.h"
#include "faces/openai_voice.h"
#include "gateway/routes.h"

namespace fluxgate {
namespace {

/// Lets the route's handler answer, and tells the client its error. The error is handed on for the
/// log.
Task<> answer(Exchange& exchange) {
  const Result<void> outcome = co_await attempt(dispatch(exchange));
  if (outcome) co_return;
  if (outcome.error().code == ErrorCode::answered_before) {
    co_await replay(exchange);
    co_return;
  }
  co_await exchange.tell(outcome.error());
  co_await Error(outcome.error());
}

/// The work, cancelled when the client goes away: nothing is asked of an upstream for nobody. An
/// answer that is recorded for repeats has somewhat more time, and tells what it has lost then.
Task<> unless_client_leaves(Exchange& exchange, Task<> work) {
  if (co_await UnlessClientLeaves(work)) {
    co_await std::move(work);
    co_return;
  }
  const Error left(ErrorCode::client_closed, "The client closed the connection.", "client left");
  if (!exchange.outlives_client()) co_await Error(left);
  exchange.stop_sending();
  if (co_await EndsWithin(work, kAfterClientMs)) {
    co_await std::move(work);
    co_return;
  }
  { const Task<> given_up = std::move(work); }
  Error lost(ErrorCode::upstream_timeout,
             "The client had left, and the picture was not there in time.", "client left");
  lost.maybe_billed = true;
  co_await exchange.tell(lost);
  co_await std::move(lost);
}

/// Tells the backends to stop work that nobody waits for. What they answer changes nothing.
Task<> call_off(Exchange& exchange) {
  std::vector<Task<UpstreamResponse>> calls;
  for (Request& cancel : exchange.take_called_off()) {
    calls.push_back(fetch(std::move(cancel), {.head_ms = kCallOffMs, .late = [] {
                                                return Error(ErrorCode::upstream_timeout,
                                                             "The backend did not answer.");
                                              }}));
    calls.back().start(exchange.session());
  }
  for (Task<UpstreamResponse>& call : calls) (void)co_await attempt(std::move(call));
}

/// How a request has ended, in a word.
std::string_view outcome_name(int status, const Error* error) {
  if (error != nullptr && error->code == ErrorCode::client_closed) return "left";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "ok";
}

void log_request(Exchange& exchange, const Error* error) {
  const int status = error == nullptr ? exchange.status_sent() : error_status(error->code);
  LogLine& line = exchange.log().line();
  line.number("status", status)
      .number("bytes", static_cast<std::int64_t>(exchange.body_bytes()))
      .number("ms", exchange.age_ms())
      .word("outcome", outcome_name(status, error));
  if (error != nullptr) {
    // The message of a wrong setting names the variable.
    const bool is_setting = error->code == ErrorCode::configuration_error;
    line.word("code", error_code_name(error->code))
        .remark("detail", is_setting ? error->message : error->detail);
  }
  exchange.session().log(exchange.log().finish());
}

void append_names(std::string& text, std::string_view whose, const auto& names) {
  text.append(whose);
  for (const std::string_view name : names) text.append(" ").append(name);
  text += '\n';
}

}  // namespace

std::string header_names() {
  std::string text;
  append_names(text, "request:", kRequestHeaderNames);
  append_names(text, "answer:", kAnswerHeaderNames);
  append_names(text, "whole:", kWholeAnswerHeaderNames);
  return text;
}

Task<> Gateway::serve(RequestHead head) {
  Session& session = co_await current_session();
  report_setup_once(session);
  Exchange exchange(std::move(head), session, instance_, kOpenAiVoice);
  const Result<void> outcome = co_await attempt(unless_client_leaves(exchange, answer(exchange)));
  const Error* error = outcome ? nullptr : &outcome.error();
  if (exchange.account().is_open()) co_await settle(exchange, error);
  if (exchange.has_called_off()) co_await call_off(exchange);
  const int status = error == nullptr ? exchange.status_sent() : error_status(error->code);
  if (exchange.config().services.has_events) {
    co_await tell_event(exchange, outcome_name(status, error), error);
  }
  log_request(exchange, error);
}

void Gateway::report_setup_once(Session& session) {
  if (!std::exchange(setup_reported_, true)) session.log(setup_line(instance_));
}

}  // namespace fluxgate
