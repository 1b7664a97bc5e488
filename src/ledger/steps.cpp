#include "ledger/steps.h"

#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

LedgerStep named_step(LedgerStep::Kind kind, std::string name) {
  LedgerStep step{kind, std::move(name)};
  return step;
}

LedgerStep text_step(LedgerStep::Kind kind, std::string name, std::string text, UnixMs until_ms) {
  LedgerStep step = named_step(kind, std::move(name));
  step.text = std::move(text);
  step.until_ms = until_ms;
  return step;
}

/// The member that names what a step is for.
std::string_view key_of(LedgerStep::Kind kind) {
  constexpr std::string_view kKeys[] = {"add", "settle", "make", "write", "read", "drop", "list"};
  return kKeys[static_cast<std::size_t>(kind)];
}

void write_step_json(json::Writer& json, const LedgerStep& step) {
  using Kind = LedgerStep::Kind;
  json.begin_object().key(key_of(step.kind)).string(step.name);
  if (step.kind == Kind::add || step.kind == Kind::settle) {
    json.key("amount").number(step.amount);
    if (step.most) json.key("most").number(*step.most);
    if (!step.hold.empty()) json.key("hold").string(step.hold);
    if (step.kind == Kind::add && !step.hold.empty()) {
      json.key("hold_until").number(step.hold_until_ms);
    }
  }
  if (step.kind == Kind::make || step.kind == Kind::write) json.key("text").string(step.text);
  if (step.until_ms != 0) json.key("until").number(step.until_ms);
  if (step.kind == Kind::list && !step.text.empty()) json.key("after").string(step.text);
  json.end_object();
}

LedgerResult read_result(json::Value value) {
  LedgerResult result;
  result.number = value.boolean().value_or(false) ? 1 : value.integer().value_or(0);
  if (const auto text = value.string()) result.text.emplace(*text);
  for (const json::Value item : value.items()) {
    const json::Value name = item.first();
    json::Value second;
    for (const json::Value part : item.items()) second = part;
    const auto number = second.integer();
    result.list.emplace_back(name.string_or_empty(),
                             number ? std::to_string(*number) : second.string_or_empty());
  }
  return result;
}

}  // namespace

LedgerStep add_step(std::string name, std::int64_t amount, UnixMs until_ms) {
  LedgerStep step = named_step(LedgerStep::Kind::add, std::move(name));
  step.amount = amount;
  step.until_ms = until_ms;
  return step;
}

LedgerStep make_step(std::string name, std::string text, UnixMs until_ms) {
  return text_step(LedgerStep::Kind::make, std::move(name), std::move(text), until_ms);
}

LedgerStep write_step(std::string name, std::string text, UnixMs until_ms) {
  return text_step(LedgerStep::Kind::write, std::move(name), std::move(text), until_ms);
}

LedgerStep read_step(std::string name) {
  return named_step(LedgerStep::Kind::read, std::move(name));
}

LedgerStep drop_step(std::string name) {
  return named_step(LedgerStep::Kind::drop, std::move(name));
}

LedgerStep list_step(std::string prefix, std::string after) {
  return text_step(LedgerStep::Kind::list, std::move(prefix), std::move(after), 0);
}

std::string write_steps(std::span<const LedgerStep> steps) {
  std::string text;
  json::Writer json(text);
  json.begin_array();
  for (const LedgerStep& step : steps) write_step_json(json, step);
  json.end_array();
  return text;
}

Result<LedgerAnswer> read_ledger_answer(int status, std::string_view body) {
  const Result<json::Document> document = json::Document::parse(body);
  if (!document) return Error(ErrorCode::invalid_json, "The ledger's answer is no JSON.");
  const json::Value root = document->root();
  LedgerAnswer answer;
  if (status == 412) {
    answer.refused = static_cast<std::size_t>(root["step"].integer().value_or(0));
    answer.results.push_back(read_result(root["value"]));
  } else {
    for (const json::Value value : root.items()) answer.results.push_back(read_result(value));
  }
  return answer;
}

}  // namespace fluxgate
