#include "accounts/kept_answer.h"

#include <utility>
#include <vector>

#include "accounts/lookout.h"
#include "accounts/once.h"
#include "accounts/transact.h"

namespace fluxgate {

Task<std::string> find_kept_answer(Exchange& exchange, std::string name) {
  for (;;) {
    const UnixMs now_ms = exchange.session().now_ms();
    std::vector<LedgerStep> steps;
    steps.push_back(make_step(name, "", now_ms + kRunningMs));
    exchange.account().is_claiming = true;
    Result<LedgerAnswer> claimed = co_await attempt(transact(exchange, std::move(steps)));
    exchange.account().is_claiming = false;
    if (!claimed) co_return std::string();  // Then it is not kept either.
    if (!claimed->refused) {
      exchange.account().kept_name = std::move(name);
      exchange.record(Exchange::Recorded::in_any_case);
      co_return std::string();
    }
    std::optional<std::string> text = std::move(claimed->results.front().text);
    Lookout lookout(exchange, name);
    while (text && text->empty()) text = co_await lookout.next();
    if (text) co_return *std::move(text);
  }
}

LedgerStep keep_answer_step(Account& account, UnixMs now_ms) {
  std::string text = std::exchange(account.kept_text, {});
  if (text.empty() || text.size() > kMostKeptAnswerBytes) return drop_step(account.kept_name);
  return write_step(account.kept_name, std::move(text), now_ms + kKeptAnswerMs);
}

}  // namespace fluxgate
