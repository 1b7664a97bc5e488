#include "exchange/kept_answers.h"

#include <utility>

namespace fluxgate {

std::string_view KeptAnswers::find(std::string_view key, UnixMs now_ms) {
  forget_old(now_ms);
  for (const Kept& kept : kept_) {
    if (kept.key == key) return kept.answer;
  }
  return {};
}

void KeptAnswers::keep(std::string key, std::string answer, UnixMs now_ms) {
  if (answer.size() > kMostAnswerBytes) return;
  forget_old(now_ms);
  std::erase_if(kept_, [&](const Kept& kept) { return kept.key == key; });
  if (kept_.size() == kMostAnswers) kept_.pop_front();
  kept_.push_back({std::move(key), std::move(answer), now_ms + kKeptMs});
}

void KeptAnswers::forget_old(UnixMs now_ms) {
  while (!kept_.empty() && kept_.front().until_ms <= now_ms) kept_.pop_front();
}

}  // namespace fluxgate
