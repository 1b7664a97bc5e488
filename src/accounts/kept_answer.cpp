#include "accounts/kept_answer.h"

#include <utility>
#include <vector>

#include "accounts/lookout.h"
#include "accounts/once.h"
#include "accounts/transact.h"

namespace fluxgate {
namespace {

/// With an id behind it, the text of an answer that a request makes. No answer begins so.
constexpr std::string_view kClaimPrefix = "by ";

}  // namespace

Task<std::string> find_kept_answer(Exchange& exchange, std::string name) {
  for (;;) {
    const UnixMs now_ms = exchange.session().now_ms();
    std::vector<LedgerStep> steps;
    const Claim claim{name, std::string(kClaimPrefix) + exchange.id()};
    steps.push_back(make_step(claim.name, claim.text, now_ms + kRunningMs));
    exchange.account().is_claiming = true;
    exchange.account().doubtful_claim = claim;
    Result<LedgerAnswer> claimed = co_await attempt(transact(exchange, std::move(steps)));
    exchange.account().is_claiming = false;
    if (!claimed) co_return std::string();  // Then it is not kept either.
    exchange.account().doubtful_claim.reset();
    if (!claimed->refused) {
      exchange.account().kept_name = std::move(name);
      exchange.record(Exchange::Recorded::in_any_case);
      co_return std::string();
    }
    std::optional<std::string> text = std::move(claimed->results.front().text);
    Lookout lookout(exchange, name);
    while (text && text->starts_with(kClaimPrefix)) text = co_await lookout.next();
    if (text) co_return *std::move(text);
  }
}

LedgerStep keep_answer_step(Account& account, UnixMs now_ms) {
  std::string text = std::exchange(account.kept_text, {});
  if (text.empty() || text.size() > kMostKeptAnswerBytes) return drop_step(account.kept_name);
  return write_step(account.kept_name, std::move(text), now_ms + kKeptAnswerMs);
}

}  // namespace fluxgate
