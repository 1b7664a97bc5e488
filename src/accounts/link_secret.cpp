#include "accounts/link_secret.h"

#include <utility>
#include <vector>

#include "accounts/transact.h"
#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

constexpr std::string_view kName = "secret/links";
/// The year 9999: it never ends.
constexpr UnixMs kUntilMs = 253'402'300'799'000;

}  // namespace

Task<> find_link_secret(Exchange& exchange) {
  Instance& instance = exchange.instance();
  if (!instance.lacks_link_secret()) co_return;
  // The session's randomness is told to nobody: its id is a hash of it, too.
  std::string secret = hex(hmac_sha256(exchange.secret(), "fluxgate-link-secret-v1"));
  std::vector<LedgerStep> steps;
  steps.push_back(make_step(std::string(kName), secret, kUntilMs));
  Result<LedgerAnswer> made = co_await attempt(transact(exchange, std::move(steps)));
  if (!made) co_return;
  if (made->refused) secret = std::move(made->results.front().text).value_or("");
  instance.set_link_secret(std::move(secret));
}

}  // namespace fluxgate
