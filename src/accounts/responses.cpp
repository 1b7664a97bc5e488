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

bool keeps_responses(const Exchange& exchange) {
  return exchange.config().services.has_ledger;
}

void keep_response(Exchange& exchange, std::string_view id) {
  if (!keeps_responses(exchange)) return;
  exchange.account().response_name = name_of(exchange, id);
  if (exchange.recording() == nullptr) exchange.record(Exchange::Recorded::while_client_waits);
}

void keep_background_response(Exchange& exchange, std::string_view id, std::string unfinished) {
  exchange.account().response_name = name_of(exchange, id);
  exchange.account().unfinished_response = std::move(unfinished);
  if (!exchange.outlives_client()) exchange.record(Exchange::Recorded::in_any_case);
}

std::optional<LedgerStep> keep_response_step(Exchange& exchange, const Error* error) {
  const Account& account = exchange.account();
  const LeftWork& left = account.left_behind;
  const bool is_made = error == nullptr && exchange.status_sent() < 400 && !left.has_orders();
  const bool is_left = !left.pictures.empty() && !account.unfinished_response.empty();
  if (!is_made && !is_left) return {};
  RecordedAnswer answer;
  if (is_made) {
    answer = exchange.recording()->section();
    // The backend has what is too large to be kept: whoever asks again gets it from there.
    if (answer.is_gone && !account.known_response.empty()) return {};
  } else {
    answer.pieces.push_back({.text = account.unfinished_response});
    answer.left = left;
  }
  answer.status = 200;
  answer.in_background = !account.unfinished_response.empty();
  answer.headers = json_response(200, "").headers;
  std::string text = write_recorded(answer);
  if (text == account.known_response) return {};
  return write_step(account.response_name, std::move(text),
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
  if (record->left) exchange.account().known_response = *text;
  co_return std::optional<RecordedAnswer>(*std::move(record));
}

Task<bool> drop_kept_response(Exchange& exchange, std::string_view id) {
  std::vector<LedgerStep> steps;
  steps.push_back(drop_step(name_of(exchange, id)));
  const LedgerAnswer answer = co_await transact(exchange, std::move(steps));
  co_return answer.results.front().number == 1;
}

}  // namespace fluxgate
