#include "gateway/gateway.h"

#include "base/utf8.h"
#include "exchange/exchange.h"
#include "exchange/log_line.h"
#include "faces/openai_voice.h"
#include "gateway/routes.h"

namespace fluxgate {
namespace {

/// Lets the route's handler answer, and tells the client its error. The error is handed on for the
/// log.
Task<> answer(Exchange& exchange) {
  const Result<void> outcome = co_await attempt(dispatch(exchange));
  if (outcome) co_return;
  co_await exchange.tell(outcome.error());
  co_await Error(outcome.error());
}

/// The work, cancelled when the client goes away: nothing is asked of an upstream for nobody.
Task<> unless_client_leaves(Task<> work) {
  Task<> leaving = client_leaves();
  if (co_await when_any(work, leaving) == 1) {
    co_await Error(ErrorCode::client_closed, "The client closed the connection.", "client left");
  }
  co_await std::move(work);
}

}  // namespace

Task<> Gateway::serve(RequestHead head) {
  Session& session = co_await current_session();
  report_warnings_once(session);
  Exchange exchange(std::move(head), session, instance_, kOpenAiVoice);
  const Result<void> outcome = co_await attempt(unless_client_leaves(answer(exchange)));
  LogLine line(exchange, "request");
  line.number("status", outcome ? exchange.status_sent() : error_status(outcome.error().code));
  line.number("ms", exchange.age_ms());
  if (!outcome) {
    line.text("code", error_code_name(outcome.error().code));
    line.text("detail", outcome.error().detail);
  }
  line.write();
}

void Gateway::report_warnings_once(Session& session) {
  if (warnings_reported_) return;
  warnings_reported_ = true;
  for (const std::string& warning : instance_.config().warnings) {
    std::string line;
    json::Writer(line)
        .begin_object()
        .key("ev")
        .string("config")
        .key("warning")
        .string(utf8_prefix(warning, kMaxLogTextBytes))
        .end_object();
    session.log(std::move(line));
  }
}

}  // namespace fluxgate
