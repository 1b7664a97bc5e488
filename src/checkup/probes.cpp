#include "checkup/probes.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/version.h"
#include "exchange/blot_out.h"
#include "exchange/complaint_body.h"
#include "exchange/patience.h"
#include "failover/classify.h"
#include "failover/complaint.h"
#include "failover/reason.h"
#include "json/document.h"

namespace fluxgate {
namespace {

/// How many upstreams are asked at once: a Worker has six connections.
constexpr std::size_t kAtOnce = 4;
/// Longest list of models that is read; OpenRouter's has 500 KB.
constexpr std::uint32_t kMaxListBytes = 1024 * 1024;

/// A backend or the language model, as a probe sees it.
struct Upstream {
  std::string_view name;
  std::string_view type_variable;  ///< "IMAGE_GEN_API_TYPE_2": its other variables have such names.
  const std::vector<std::string>& keys;
  KeyHeader key_header;
  std::string call_url;          ///< Empty: each model has its own.
  std::string list_url;          ///< Empty: it has no list of models.
  std::string_view model_field;  ///< Of the variable that names the models.
  std::vector<std::string_view> models;

  /// The name of its variable `field`: "API_KEY", "MODEL".
  std::string variable(std::string_view field) const {
    constexpr std::string_view kType = "API_TYPE";
    std::string variable(type_variable);
    return variable.replace(variable.find(kType), kType.size(), field);
  }
};

/// `call_url` with `list_path` in the place of `path`, its query kept; empty when it has another
/// path.
std::string list_url(std::string_view call_url, std::string_view path, std::string_view list_path) {
  const UrlParts parts = split_url(call_url);
  if (list_path.empty() || !parts.path.ends_with(path)) return {};
  std::string url(parts.origin);
  url.append(parts.path.substr(0, parts.path.size() - path.size()));
  url.append(list_path);
  if (!parts.query.empty()) url.append("?").append(parts.query);
  return url;
}

std::vector<Upstream> upstreams_of(const Instance& instance) {
  std::vector<Upstream> all;
  const Config& config = instance.config();
  if (config.optimiser) {
    const OptimiserSettings& settings = *config.optimiser;
    all.push_back({"OPENAI",
                   "OPENAI_API_TYPE",
                   settings.keys,
                   {settings.key_header, settings.key_prefix},
                   settings.chat_url,
                   list_url(settings.chat_url, "/chat/completions", "/models"),
                   settings.mode == OptimiserMode::reasoning ? "MODEL_REASONING" : "MODEL",
                   {settings.model}});
  }
  for (const ProviderSettings& provider : config.providers) {
    const Dialect* dialect = instance.dialect_of(provider);
    if (dialect == nullptr || provider.url.empty()) continue;  // Nobody is ever asked.
    std::vector<std::string_view> models;
    for (const ModelEntry& model : provider.models) models.push_back(model.id);
    all.push_back(
        {provider.name, provider.type_variable, provider.keys, key_header(provider, *dialect),
         dialect->path.empty() ? std::string() : provider.url,
         list_url(provider.url, dialect->path, dialect->list_path), "MODEL", std::move(models)});
  }
  return all;
}

UpstreamState state_of(FailureClass kind) {
  switch (kind) {
    case FailureClass::connect:
    case FailureClass::reset:
    case FailureClass::timeout: return UpstreamState::unreachable;
    case FailureClass::policy:
    case FailureClass::rejected: return UpstreamState::ok;
    case FailureClass::model_not_found: return UpstreamState::not_found;
    case FailureClass::auth: return UpstreamState::refused;
    case FailureClass::quota: return UpstreamState::out_of_money;
    case FailureClass::rate: return UpstreamState::limited;
    case FailureClass::server: return UpstreamState::faulty;
    case FailureClass::bad_answer: break;
  }
  return UpstreamState::unclear;
}

/// What an upstream says to the key of the call.
struct Answer {
  UpstreamState state = UpstreamState::unreachable;
  int status = 0;
  BackendComplaint complaint;
  std::string body;  ///< Of a good answer.
};

/// One check, and what its parts share.
struct Checkup {
  Exchange& exchange;
  std::vector<Upstream> upstreams;
  std::size_t next = 0;  ///< Of the upstreams that nobody asks yet.
  std::size_t probe_count = 0;
  Findings found = {};
};

Request request_to(const Upstream& upstream, std::size_t key, std::string_view url, UnixMs now_ms) {
  Request request;
  request.url = url;
  request.headers.append("user-agent", kUserAgent);
  request.headers.append("accept", "application/json");
  append_key(request, upstream.key_header, upstream.keys[key], now_ms);
  return request;
}

Request empty_call(const Upstream& upstream, std::size_t key, UnixMs now_ms) {
  Request request = request_to(upstream, key, upstream.call_url, now_ms);
  request.method = Method::post;
  request.headers.append("content-type", "application/json");
  request.body = "{}";
  return request;
}

UpstreamState judge(const Answer& answer, Headers headers, UnixMs now_ms) {
  const std::string_view body = trim(answer.body);
  const bool is_json = body.starts_with('{') || body.starts_with('[');
  const bool complains = !answer.complaint.code.empty() || !answer.complaint.message.empty();
  if (is_json && !complains) return UpstreamState::ok;
  const FailureClass kind =
      judge_refusal({answer.status, answer.complaint, std::move(headers)}, now_ms).kind;
  // A list may have members that look like words of an error: a name, a status.
  const bool is_good = answer.status >= 200 && answer.status <= 299;
  if (is_json && is_good && kind == FailureClass::bad_answer) return UpstreamState::ok;
  return state_of(kind);
}

Task<Answer> read_answer(Request request, UnixMs now_ms) {
  UpstreamResponse response = co_await fetch(std::move(request));
  Answer answer;
  answer.status = response.status;
  if (response.status >= 200 && response.status <= 299) {
    const Bytes body = co_await collect(std::move(response.body), {kMaxListBytes, kProbeMs});
    answer.body = body.view();
    answer.complaint = read_complaint(answer.body);
  } else {
    const Bytes body = co_await collect_complaint(std::move(response.body));
    answer.complaint = read_complaint(body.view());
  }
  answer.state = judge(answer, std::move(response.headers), now_ms);
  co_return std::move(answer);
}

/// Asks once. One that does not come is an answer, too.
Task<Answer> ask(Checkup& checkup, const Upstream& upstream, std::size_t key, Request request) {
  ++checkup.probe_count;
  Exchange& exchange = checkup.exchange;
  const UnixMs asked_ms = exchange.session().now_ms();
  exchange.log().call_begins();
  Result<Answer> result =
      co_await attempt(with_deadline(read_answer(std::move(request), asked_ms), kProbeMs, [] {
        return Error(ErrorCode::upstream_timeout, "The upstream did not answer.");
      }));
  Answer answer = result ? *std::move(result) : Answer();
  for (std::string* text : {&answer.complaint.code, &answer.complaint.message}) {
    *text = blot_out_secrets(*text, exchange.config());
  }
  const bool good = answer.state == UpstreamState::ok;
  exchange.log().add(
      {.upstream = upstream.name,
       .key = key,
       .ms = exchange.session().now_ms() - asked_ms,
       .status = answer.status,
       .failure = good ? "" : upstream_state_name(answer.state),
       .host =
           split_url(upstream.call_url.empty() ? upstream.list_url : upstream.call_url).authority,
       .upstream_code = answer.complaint.code,
       .upstream_message = answer.complaint.message});
  co_return std::move(answer);
}

/// Adds the ids of a list of models as OpenAI or Google gives it, or of an array of models.
void read_ids(std::string_view body, std::vector<std::string>& ids) {
  const Result<json::Document> document = json::Document::parse(body);
  if (!document) return;
  const json::Value root = document->root();
  for (const json::Value list : {root["data"], root["models"], root}) {
    for (const json::Value item : list.items()) {
      const json::Value id = item["id"].missing() ? item["name"] : item["id"];  // Google's.
      if (!id.string_or_empty().empty()) ids.emplace_back(id.string_or_empty());
    }
  }
}

/// Is `model` in the list? Google's has "models/" in front of each.
bool lists(const std::vector<std::string>& ids, std::string_view model) {
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) {
    if (!id.ends_with(model)) return false;
    id.remove_suffix(model.size());
    return id.empty() || id.back() == '/';
  });
}

void advise_on_models(Checkup& checkup, const Upstream& upstream, std::string_view list) {
  std::vector<std::string> ids;
  read_ids(list, ids);
  if (ids.empty()) return;
  for (const std::string_view model : upstream.models) {
    if (lists(ids, model)) continue;
    checkup.found.advice.push_back(upstream.variable(upstream.model_field) +
                                   ": the server's list has no model " + std::string(model) + ".");
  }
}

/// "IMAGE_GEN_API_KEY, key 2 of 3"
std::string key_in_words(const Upstream& upstream, std::size_t key) {
  std::string words = upstream.variable("API_KEY");
  if (upstream.keys.size() == 1) return words;
  return words.append(", key ")
      .append(std::to_string(key + 1))
      .append(" of ")
      .append(std::to_string(upstream.keys.size()));
}

/// What to do; empty when nothing need be done.
std::string advice_on(const Upstream& upstream, std::size_t key, const Answer& answer) {
  const std::string address = upstream.variable("API_BASE");
  const std::string status = std::to_string(answer.status);
  switch (answer.state) {
    case UpstreamState::ok: return {};
    case UpstreamState::unreachable:
      return address + ": nobody answers there. Is the host's name right, and does it run?";
    case UpstreamState::refused:
      return key_in_words(upstream, key) + ": the server does not accept it (" + status +
             "). Replace it by one of this server's.";
    case UpstreamState::out_of_money:
      return key_in_words(upstream, key) + ": its money or quota is used up (" + status + ").";
    case UpstreamState::limited:
      return key_in_words(upstream, key) + ": it is limited for the moment (" + status +
             "); its settings are right.";
    case UpstreamState::not_found:
      return address + ": the server has nothing at this address (" + status +
             "). It must be the URL of the call, or the base of the API.";
    case UpstreamState::faulty:
      return address + ": the server has a fault of its own (" + status + "). Try again later.";
    case UpstreamState::unclear:
      return address + ": an answer that no such server gives (" + status +
             "). Is it the address of the API?";
  }
  return {};
}

void add_finding(Checkup& checkup, const Upstream& upstream, std::size_t key, const Answer& answer,
                 UnixMs took_ms) {
  std::string advice = advice_on(upstream, key, answer);
  std::vector<std::string>& all = checkup.found.advice;
  if (!advice.empty() && std::find(all.begin(), all.end(), advice) == all.end()) {
    all.push_back(std::move(advice));
  }
  const bool good = answer.state == UpstreamState::ok;
  checkup.found.list.push_back({upstream.name, key, answer.state, answer.status, took_ms,
                                good ? std::string() : plain_reason(answer.complaint.message)});
}

/// The call that tells what an upstream says to a key.
Request key_call(const Upstream& upstream, std::size_t key, UnixMs now_ms) {
  if (upstream.call_url.empty()) return request_to(upstream, key, upstream.list_url, now_ms);
  return empty_call(upstream, key, now_ms);
}

/// Asks one upstream for its models, and then with each key.
Task<> probe(Checkup& checkup, const Upstream& upstream) {
  const Session& session = checkup.exchange.session();
  if (upstream.call_url.empty() && upstream.list_url.empty()) co_return;  // No call is free.
  bool lists_models = false;
  if (!upstream.list_url.empty() && checkup.probe_count < kMaxProbes) {
    const Answer list = co_await ask(checkup, upstream, 0,
                                     request_to(upstream, 0, upstream.list_url, session.now_ms()));
    lists_models = list.state == UpstreamState::ok;
    if (lists_models) advise_on_models(checkup, upstream, list.body);
  }
  for (std::size_t key = 0; key < upstream.keys.size(); ++key) {
    if (checkup.probe_count >= kMaxProbes) {
      checkup.found.advice.push_back(key_in_words(upstream, key) +
                                     ": not asked, nor any key behind it; a check makes 40 calls.");
      co_return;
    }
    const UnixMs asked_ms = session.now_ms();
    Answer answer = co_await ask(checkup, upstream, key, key_call(upstream, key, asked_ms));
    // Relays look for a server of the model that the empty call does not name.
    const bool is_lost =
        answer.state == UpstreamState::faulty || answer.state == UpstreamState::not_found;
    const bool has_call = !upstream.call_url.empty();
    if (is_lost && lists_models && has_call) answer.state = UpstreamState::ok;
    add_finding(checkup, upstream, key, answer, session.now_ms() - asked_ms);
    if (answer.state == UpstreamState::unreachable) co_return;  // So it is for every key.
  }
}

Task<> probe_in_turn(Checkup& checkup) {
  while (checkup.next < checkup.upstreams.size()) {
    const Upstream& upstream = checkup.upstreams[checkup.next++];
    co_await probe(checkup, upstream);
  }
}

}  // namespace

std::string_view upstream_state_name(UpstreamState state) {
  switch (state) {
    case UpstreamState::ok: return "ok";
    case UpstreamState::unreachable: return "unreachable";
    case UpstreamState::refused: return "refused";
    case UpstreamState::out_of_money: return "out_of_money";
    case UpstreamState::limited: return "limited";
    case UpstreamState::not_found: return "not_found";
    case UpstreamState::faulty: return "faulty";
    case UpstreamState::unclear: break;
  }
  return "unclear";
}

Task<Findings> probe_upstreams(Exchange& exchange) {
  Checkup checkup{exchange, upstreams_of(exchange.instance())};
  std::vector<Task<>> workers;
  for (std::size_t index = 0; index < std::min(kAtOnce, checkup.upstreams.size()); ++index) {
    workers.push_back(probe_in_turn(checkup));
    workers.back().start(exchange.session());
  }
  for (Task<>& worker : workers) co_await std::move(worker);
  co_return std::move(checkup.found);
}

}  // namespace fluxgate
