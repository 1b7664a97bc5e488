#include "accounts/responses.h"

#include <utility>
#include <vector>

#include "accounts/transact.h"

namespace fluxgate {
namespace {

std::string name_of(const Exchange& exchange, std::string_view id) {
  return "response/" + exchange.client().name + "/" + std::string(id);
}

}  // namespace

void keep_response(Exchange& exchange, std::string_view id) {
  if (!exchange.config().services.has_ledger) return;
  exchange.account().response_name = name_of(exchange, id);
  if (exchange.recording() == nullptr) exchange.record(Exchange::Recorded::while_client_waits);
}

LedgerStep keep_response_step(Exchange& exchange) {
  RecordedAnswer answer = exchange.recording()->section();
  answer.status = 200;
  answer.headers = json_response(200, "").headers;
  return write_step(exchange.account().response_name, write_recorded(answer),
                    exchange.session().now_ms() + kResponseKeptMs);
}

Task<std::optional<RecordedAnswer>> find_kept_response(Exchange& exchange, std::string_view id) {
  std::vector<LedgerStep> steps;
  steps.push_back(read_step(name_of(exchange, id)));
  LedgerAnswer answer = co_await transact(exchange, std::move(steps));
  const auto& text = answer.results.front().text;
  if (!text) co_return std::optional<RecordedAnswer>();
  Result<RecordedAnswer> record = read_recorded(*text);
  if (!record || record->is_gone) co_return std::optional<RecordedAnswer>();
  co_return std::optional<RecordedAnswer>(*std::move(record));
}

Task<bool> drop_kept_response(Exchange& exchange, std::string_view id) {
  std::vector<LedgerStep> steps;
  steps.push_back(drop_step(name_of(exchange, id)));
  const LedgerAnswer answer = co_await transact(exchange, std::move(steps));
  co_return answer.results.front().number == 1;
}

}  // namespace fluxgate
