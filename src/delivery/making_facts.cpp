#include "delivery/making_facts.h"

#include "base/decimal.h"
#include "base/percent.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

constexpr std::string_view kPrefix = "x-fluxgate-";

/// Calls tell(header name, text) for each fact.
void each_fact(PromptOrigin origin, const Making& making, auto tell) {
  if (origin != PromptOrigin::none) tell("x-fluxgate-prompt", prompt_origin_name(origin));
  if (making.by == nullptr) return;
  tell("x-fluxgate-size", size_text(making.fit.size));
  if (!making.fit.ignored.empty()) tell("x-fluxgate-ignored", making.fit.ignored);
  tell("x-fluxgate-model", making.model->id);
  tell("x-fluxgate-provider", making.by->dialect->name);
}

/// `text` as a header may have it.
std::string header_text(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += c;
    } else {
      encoded += percent_encode({&c, 1});
    }
  }
  return encoded;
}

}  // namespace

void append_facts(Response& response, const Exchange& exchange, PromptOrigin origin,
                  const Making& making) {
  each_fact(origin, making, [&](std::string_view name, std::string_view text) {
    response.headers.append(name, header_text(text));
  });
  if (making.by == nullptr) return;
  if (making.cost) response.headers.append("x-fluxgate-cost", write_billionths(*making.cost));
  response.headers.append("x-fluxgate-ms", std::to_string(exchange.age_ms()));
}

std::string write_facts(const Exchange& exchange, PromptOrigin origin, const Making& making) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  each_fact(origin, making, [&](std::string_view name, std::string_view fact) {
    json.key(name.substr(kPrefix.size())).string(fact);
  });
  if (making.cost) json.key("cost").raw(write_billionths(*making.cost));
  if (making.by != nullptr) json.key("ms").number(exchange.age_ms());
  json.end_object();
  return text;
}

}  // namespace fluxgate
