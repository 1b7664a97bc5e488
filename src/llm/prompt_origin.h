// Who wrote a prompt.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

/// The value of the header x-fluxgate-prompt.
enum class PromptOrigin : std::uint8_t {
  none,       ///< The answer holds no picture and has no such header.
  optimized,  ///< The LLM wrote it.
  original,   ///< The user's own words: the LLM failed.
  raw,        ///< The user's own words, as the user wished (`--raw`).
  local,      ///< Rules wrote it, since no LLM is configured.
};

/// Is the prompt more than the user's own words?
constexpr bool is_better(PromptOrigin origin) {
  return origin == PromptOrigin::optimized || origin == PromptOrigin::local;
}

constexpr std::string_view prompt_origin_name(PromptOrigin origin) {
  switch (origin) {
    case PromptOrigin::none: break;
    case PromptOrigin::optimized: return "optimized";
    case PromptOrigin::original: return "original";
    case PromptOrigin::raw: return "raw";
    case PromptOrigin::local: return "local";
  }
  return "";
}

}  // namespace fluxgate
