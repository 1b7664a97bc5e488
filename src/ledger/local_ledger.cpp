#include "ledger/local_ledger.h"

#include <algorithm>
#include <utility>

namespace fluxgate {
namespace {

constexpr std::size_t kMostListed = 500;
/// How often what is over is let go of; until then it counts for nothing.
constexpr UnixMs kSweepMs = 10'000;

}  // namespace

std::int64_t LocalLedger::Entry::sum(UnixMs now_ms) const {
  std::int64_t sum = until_ms > now_ms ? number : 0;
  for (const Hold& hold : holds) {
    if (hold.until_ms > now_ms) sum += hold.amount;
  }
  return sum;
}

void LocalLedger::Entry::hold(const LedgerStep& step) {
  for (Hold& held : holds) {
    if (held.id != step.hold) continue;
    held.amount += step.amount;
    held.until_ms = std::max(held.until_ms, step.hold_until_ms);
    return;
  }
  holds.push_back({step.hold, step.amount, step.hold_until_ms});
}

bool LocalLedger::Entry::is_over(UnixMs now_ms) const {
  return until_ms <= now_ms && std::none_of(holds.begin(), holds.end(), [now_ms](const Hold& hold) {
           return hold.until_ms > now_ms;
         });
}

LedgerAnswer LocalLedger::run(std::span<const LedgerStep> steps, UnixMs now_ms) {
  if (now_ms >= next_sweep_ms_) {
    next_sweep_ms_ = now_ms + kSweepMs;
    forget_old(now_ms);
  }
  before_.clear();
  LedgerAnswer answer;
  for (std::size_t index = 0; index < steps.size(); ++index) {
    LedgerResult result;
    if (perform(steps[index], now_ms, result)) {
      answer.results.push_back(std::move(result));
      continue;
    }
    undo();
    answer.refused = index;
    answer.results.clear();
    answer.results.push_back(std::move(result));
    return answer;
  }
  make_room();
  return answer;
}

bool LocalLedger::perform(const LedgerStep& step, UnixMs now_ms, LedgerResult& result) {
  switch (step.kind) {
    case LedgerStep::Kind::add:
    case LedgerStep::Kind::settle: return add(step, now_ms, result);
    case LedgerStep::Kind::list: list(step, now_ms, result); return true;
    default: return change_text(step, now_ms, result);
  }
}

/// Both kinds: settle adds as well, once what was held is let go.
bool LocalLedger::add(const LedgerStep& step, UnixMs now_ms, LedgerResult& result) {
  remember(step.name);
  Entry& counter = entries_[step.name];
  if (counter.until_ms <= now_ms) counter.number = 0;
  const bool settles = step.kind == LedgerStep::Kind::settle;
  std::erase_if(counter.holds, [&](const Hold& hold) {
    return hold.until_ms <= now_ms || (settles && hold.id == step.hold);
  });
  const std::int64_t sum = counter.sum(now_ms) + step.amount;
  if (step.most && step.amount > 0 && sum > *step.most) {
    result.number = sum - step.amount;
    return false;
  }
  if (settles || step.hold.empty()) {
    counter.number += step.amount;
  } else {
    counter.hold(step);
  }
  counter.until_ms = std::max(counter.until_ms, step.until_ms);
  result.number = counter.sum(now_ms);
  return true;
}

bool LocalLedger::change_text(const LedgerStep& step, UnixMs now_ms, LedgerResult& result) {
  const auto found = entries_.find(step.name);
  const bool is_there = found != entries_.end() && found->second.until_ms > now_ms;
  result.number = 1;
  if (step.kind == LedgerStep::Kind::read || (step.kind == LedgerStep::Kind::make && is_there)) {
    result.number = 0;
    if (is_there) result.text = found->second.text;
    return step.kind == LedgerStep::Kind::read;
  }
  remember(step.name);
  if (step.kind == LedgerStep::Kind::drop) {
    result.number = is_there ? 1 : 0;
    put(step.name, {});
  } else {
    put(step.name, Entry{.text = step.text, .until_ms = step.until_ms});
  }
  return true;
}

void LocalLedger::list(const LedgerStep& step, UnixMs now_ms, LedgerResult& result) const {
  auto at = step.text.empty() ? entries_.lower_bound(step.name) : entries_.upper_bound(step.text);
  for (; at != entries_.end() && at->first.starts_with(step.name); ++at) {
    const Entry& entry = at->second;
    if (entry.is_over(now_ms)) continue;
    if (result.list.size() == kMostListed) return;
    result.list.emplace_back(at->first,
                             entry.text ? *entry.text : std::to_string(entry.sum(now_ms)));
  }
}

void LocalLedger::remember(const std::string& name) {
  const auto found = entries_.find(name);
  before_.push_back({name, {}});
  if (found != entries_.end()) before_.back().entry = found->second;
}

void LocalLedger::undo() {
  while (!before_.empty()) {
    put(before_.back().name, std::move(before_.back().entry));
    before_.pop_back();
  }
}

void LocalLedger::put(const std::string& name, std::optional<Entry> entry) {
  if (const auto found = entries_.find(name); found != entries_.end()) {
    if (found->second.text) text_bytes_ -= found->second.text->size();
    entries_.erase(found);
  }
  if (!entry) return;
  if (entry->text) text_bytes_ += entry->text->size();
  entries_.emplace(name, *std::move(entry));
}

void LocalLedger::forget_old(UnixMs now_ms) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto entry = at++;
    if (entry->second.is_over(now_ms)) put(std::string(entry->first), {});
  }
}

/// Texts have to make room for texts.
void LocalLedger::make_room() {
  while (entries_.size() > kMostEntries || text_bytes_ > kMostTextBytes) {
    const bool for_texts = text_bytes_ > kMostTextBytes;
    auto first = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      if (for_texts && !at->second.text) continue;
      if (first == entries_.end() || at->second.until_ms < first->second.until_ms) first = at;
    }
    put(std::string(first->first), {});
  }
}

}  // namespace fluxgate
