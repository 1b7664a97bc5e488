#include "accounts/usage.h"

#include <algorithm>

#include "accounts/names.h"
#include "accounts/transact.h"
#include "base/ascii.h"

namespace fluxgate {
namespace {

using Listed = std::vector<std::pair<std::string, std::string>>;

/// Pages of a list, of 500 names each: 80 clients with all their days.
constexpr int kMostPages = 20;
constexpr std::size_t kPageNames = 500;

Task<Listed> list_all(Exchange& exchange, std::string prefix, bool& is_cut) {
  Listed all;
  for (int page = 0; page < kMostPages; ++page) {
    std::vector<LedgerStep> steps;
    steps.push_back(list_step(prefix, all.empty() ? std::string() : all.back().first));
    LedgerAnswer answer = co_await transact(exchange, std::move(steps));
    Listed& more = answer.results.front().list;
    const bool is_last = more.empty();
    const bool is_short = more.size() < kPageNames;
    for (auto& entry : more) all.push_back(std::move(entry));
    // A page of long texts may be short and not the last one.
    if (is_last || (is_short && prefix != kFaultPrefix)) co_return std::move(all);
  }
  is_cut = true;
  co_return std::move(all);
}

/// The parts of a name behind its prefix, between slashes.
std::vector<std::string_view> parts_of(std::string_view name, std::string_view prefix) {
  return split_list(name.substr(prefix.size()), '/');
}

std::int64_t number_of(const std::string& text) {
  return static_cast<std::int64_t>(parse_unsigned(text, INT64_MAX).value_or(0));
}

}  // namespace

DayUse& DayUse::operator+=(const DayUse& other) {
  requests += other.requests;
  failed += other.failed;
  pictures += other.pictures;
  cost += other.cost;
  return *this;
}

std::uint32_t BackendUse::quantile_ms(std::int64_t percent) const {
  auto bounds = took;
  std::sort(bounds.begin(), bounds.end());
  std::int64_t sum = 0;
  for (const auto& [bound, count] : bounds) sum += count;
  std::int64_t seen = 0;
  for (const auto& [bound, count] : bounds) {
    seen += count;
    if (100 * seen >= percent * sum) return bound;
  }
  return 0;
}

Task<std::vector<ClientDay>> read_uses(Exchange& exchange, std::string_view client, bool& is_cut) {
  std::string prefix(kUsePrefix);
  if (!client.empty()) prefix.append(client).append("/");
  std::vector<ClientDay> uses;
  for (const auto& [name, text] : co_await list_all(exchange, std::move(prefix), is_cut)) {
    const std::vector<std::string_view> parts = parts_of(name, kUsePrefix);
    if (parts.size() != 3) continue;
    if (uses.empty() || uses.back().client != parts[0] || uses.back().day != parts[1]) {
      uses.push_back({std::string(parts[0]), std::string(parts[1])});
    }
    DayUse& use = uses.back().use;
    if (parts[2] == "requests") use.requests = number_of(text);
    if (parts[2] == "failed") use.failed = number_of(text);
    if (parts[2] == "pictures") use.pictures = number_of(text);
    if (parts[2] == "cost") use.cost = number_of(text);
  }
  co_return std::move(uses);
}

Task<std::vector<BackendUse>> read_backends(Exchange& exchange) {
  std::vector<BackendUse> backends;
  const auto backend_of = [&](std::string_view provider) -> BackendUse& {
    for (BackendUse& backend : backends) {
      if (backend.provider == provider) return backend;
    }
    return backends.emplace_back(BackendUse{std::string(provider)});
  };
  bool is_cut = false;
  for (const auto& [name, text] :
       co_await list_all(exchange, std::string(kBackendPrefix), is_cut)) {
    const std::vector<std::string_view> parts = parts_of(name, kBackendPrefix);
    if (parts.size() < 3) continue;
    BackendUse& backend = backend_of(parts[0]);
    if (parts[2] == "ok") backend.ok += number_of(text);
    if (parts[2] == "failed") backend.failed += number_of(text);
    if (parts.size() == 4) {
      const auto bound = parse_unsigned(parts[3], UINT32_MAX).value_or(0);
      backend.took.emplace_back(static_cast<std::uint32_t>(bound), number_of(text));
    }
  }
  for (auto& [name, text] : co_await list_all(exchange, std::string(kFaultPrefix), is_cut)) {
    const std::vector<std::string_view> parts = parts_of(name, kFaultPrefix);
    if (!parts.empty()) backend_of(parts[0]).faults.push_back(text);
  }
  co_return std::move(backends);
}

}  // namespace fluxgate
