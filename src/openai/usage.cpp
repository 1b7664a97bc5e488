#include "openai/usage.h"

#include "base/decimal.h"

namespace fluxgate {

std::optional<Usage> read_usage(json::Value usage) {
  const auto prompt = usage["prompt_tokens"].integer();
  const auto completion = usage["completion_tokens"].integer();
  constexpr std::int64_t kMost = 1'000'000'000;  // A larger number is no count; sums stay in range.
  const auto sane = [](const std::optional<std::int64_t>& n) {
    return n && *n >= 0 && *n <= kMost;
  };
  if (!sane(prompt) || !sane(completion)) return std::nullopt;
  return Usage{*prompt, *completion, {}};
}

void write_usage(json::Writer& json, const Usage& usage) {
  json.begin_object();
  json.key("prompt_tokens").number(usage.prompt_token_count);
  json.key("completion_tokens").number(usage.completion_token_count);
  json.key("total_tokens").number(usage.prompt_token_count + usage.completion_token_count);
  if (usage.cost) json.key("cost").raw(write_billionths(*usage.cost));
  json.end_object();
}

}  // namespace fluxgate
