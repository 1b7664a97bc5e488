#include "gateway/gateway.h"

#include "base/utf8.h"
#include "gateway/log_line.h"
#include "gateway/routes.h"
#include "openai/model_list.h"

namespace fluxgate {
namespace {

/// Lets the route's handler answer, and tells the client its error. The error is handed on for the
/// log.
Task<> answer(Gateway& gateway, Exchange& exchange) {
  const Result<void> outcome = co_await attempt(dispatch(gateway, exchange));
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

Gateway::Gateway(const Environment& environment) : config_(read_config(environment)) {
  std::vector<std::string> provider_keys;
  bool links_are_signed = false;
  key_rings_.reserve(config_.providers.size());  // Models point at them.
  for (const ProviderSettings& provider : config_.providers) {
    key_rings_.emplace_back(provider.keys.size());
    for (const std::string& model : provider.models) {
      if (find_model(model) == nullptr) models_.push_back({model, &provider, &key_rings_.back()});
    }
    provider_keys.insert(provider_keys.end(), provider.keys.begin(), provider.keys.end());
    (provider.dialect == Dialect::demo ? has_demo_ : links_are_signed) = true;
  }
  std::vector<std::string_view> ids;
  for (const Model& model : models_) ids.push_back(model.id);
  model_list_json_ = write_model_list(ids);

  if (!links_are_signed || config_.error) return;
  Result<SigningKeys> keys = derive_signing_keys(config_.link_secrets, provider_keys);
  if (keys) {
    signing_keys_ = *std::move(keys);
  } else {
    config_.error = std::move(keys).error();
  }
}

const Model* Gateway::find_model(std::string_view id) const {
  for (const Model& model : models_) {
    if (model.id == id) return &model;
  }
  return nullptr;
}

Task<> Gateway::serve(RequestHead head) {
  Session& session = co_await current_session();
  report_warnings_once(session);
  Exchange exchange(std::move(head), session);
  const Result<void> outcome = co_await attempt(unless_client_leaves(answer(*this, exchange)));
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
  for (const std::string& warning : config_.warnings) {
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
