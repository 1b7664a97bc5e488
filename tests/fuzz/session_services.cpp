#include "session_services.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "fuzz.h"

namespace fluxgate::fuzz {
namespace {

using Json = nlohmann::json;
using Kind = LedgerStep::Kind;

constexpr std::string_view kVerbs[] = {"add", "settle", "make", "write", "read", "drop", "list"};
constexpr std::size_t kMaxNameBytes = 512;
constexpr std::size_t kMaxTextBytes = 1'310'720;

std::string text_at(const Json& step, const char* name) {
  return step.contains(name) ? step[name].get<std::string>() : std::string();
}

std::int64_t number_at(const Json& step, const char* name) {
  return step.contains(name) ? step[name].get<std::int64_t>() : 0;
}

LedgerStep step_of(const Json& json) {
  for (std::size_t kind = 0; kind < std::size(kVerbs); ++kind) {
    const std::string verb(kVerbs[kind]);
    if (!json.contains(verb)) continue;
    LedgerStep step{static_cast<Kind>(kind), json[verb].get<std::string>()};
    const bool lists = step.kind == Kind::list;
    expect(lists || !step.name.empty(), "a name says something");
    expect(step.name.size() <= kMaxNameBytes && is_utf8(step.name) &&
               !contains(step.name, std::string_view("\0", 1)),
           "a name of the ledger", step.name);
    step.amount = number_at(json, "amount");
    if (json.contains("most")) step.most = number_at(json, "most");
    step.until_ms = number_at(json, "until");
    step.hold = text_at(json, "hold");
    step.hold_until_ms = number_at(json, "hold_until");
    step.text = text_at(json, lists ? "after" : "text");
    expect(step.text.size() <= kMaxTextBytes, "a text of the ledger");
    return step;
  }
  expect(false, "a step has a verb", json.dump());
  return {Kind::read, {}};
}

Json result_of(Kind kind, const LedgerResult& result) {
  switch (kind) {
    case Kind::add:
    case Kind::settle: return result.number;
    case Kind::make:
    case Kind::write:
    case Kind::drop: return result.number != 0;
    case Kind::read: return result.text ? Json(*result.text) : Json();
    case Kind::list: return result.list;
  }
  return {};
}

}  // namespace

std::string Services::ask_ledger(std::string_view body, UnixMs now_ms, std::uint32_t& status) {
  const Json array = Json::parse(body, nullptr, false);
  expect(array.is_array() && array.size() <= kMostSteps, "a transaction is a list of steps", body);
  std::vector<LedgerStep> steps;
  for (const Json& json : array) steps.push_back(step_of(json));
  const LedgerAnswer answer = ledger_.run(steps, now_ms);
  if (answer.refused) {
    status = 412;
    const LedgerResult& result = answer.results.front();
    const Json value = result.text ? Json(*result.text) : Json(result.number);
    return Json{{"step", *answer.refused}, {"value", value}}.dump();
  }
  for (const LedgerStep& step : steps) {
    if (step.hold.empty()) continue;
    if (step.kind == Kind::add) held_.emplace(step.name, step.hold);
    if (step.kind == Kind::settle) held_.erase({step.name, step.hold});
  }
  Json results = Json::array();
  for (std::size_t index = 0; index < steps.size(); ++index) {
    results.push_back(result_of(steps[index].kind, answer.results[index]));
  }
  return results.dump();
}

std::optional<Reply> Services::answer(const Effect& effect, UnixMs now_ms) {
  if (effect.kind != EffectKind::fetch) return {};
  const std::string_view head = effect.head;
  const std::string_view line = head.substr(0, head.find('\n'));
  std::uint32_t status = 200;
  std::string body;
  if (line == "POST binding://LEDGER/") {
    body = ask_ledger(effect.body, now_ms, status);
  } else if (line == "POST binding://EVENTS/") {
    expect(Json::parse(effect.body, nullptr, false).is_object(), "a data point", effect.body);
  } else if (line == "GET binding://CLIENTS/") {
    body = client_list();
  } else if (!line.starts_with("POST binding://RATES/")) {
    return {};
  }
  if (body.size() > effect.inline_bytes) return Reply{503, Bytes()};  // It has said too much.
  return Reply{status, Bytes(), effect.inline_bytes > 0, Bytes::copy_of(body)};
}

}  // namespace fluxgate::fuzz
