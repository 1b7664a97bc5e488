#include "accounts/cache.h"

#include <utility>
#include <vector>

#include "accounts/transact.h"
#include "base/ascii.h"
#include "base/sha256.h"

namespace fluxgate {
namespace {

/// A month.
constexpr std::uint32_t kMostCacheS = 2'592'000;

}  // namespace

Result<std::uint32_t> wanted_cache_s(const Exchange& exchange, std::uint32_t field_s) {
  std::uint64_t wanted_s = field_s;
  if (const auto header = exchange.headers().find("x-fluxgate-cache")) {
    wanted_s = parse_unsigned(trim(*header)).value_or(UINT64_MAX);
  }
  if (wanted_s > kMostCacheS) {
    return Error(ErrorCode::invalid_parameters,
                 "cache must be a whole number of seconds from 0 to 2,592,000.")
        .at("cache");
  }
  return static_cast<std::uint32_t>(wanted_s);
}

std::string cache_name(const Exchange& exchange, const ImageJob& job) {
  if (!job.seed || !job.references.empty() || !exchange.config().stores_pictures) return {};
  std::string what(exchange.client().name);
  for (const std::string_view text : {job.model, job.prompt, job.negative_prompt}) {
    what.append("\n").append(hex(sha256(text)));
  }
  what.append("\n").append(size_text(job.size)).append("\n").append(std::to_string(*job.seed));
  for (const int word : {static_cast<int>(job.finish.quality), static_cast<int>(job.finish.format),
                         static_cast<int>(job.finish.background)}) {
    what.append("\n").append(std::to_string(word));
  }
  return "cache/" + hex(sha256(what));
}

Task<std::string> find_cached(Exchange& exchange, std::string name) {
  std::vector<LedgerStep> steps;
  steps.push_back(read_step(std::move(name)));
  Result<LedgerAnswer> answer = co_await attempt(transact(exchange, std::move(steps)));
  if (!answer) co_return std::string();
  co_return std::move(answer->results.front().text).value_or("");
}

void cache_picture(Exchange& exchange, std::string name, std::string key) {
  Account& account = exchange.account();
  if (key.empty()) return;
  account.cached.push_back(
      write_step(std::move(name), std::move(key),
                 exchange.session().now_ms() + UnixMs{1000} * account.cache_s));
}

}  // namespace fluxgate
