// Whose words a prompt is.
#pragma once

#include <cstdint>
#include <string_view>

namespace fluxgate {

/// The value of the header x-fluxgate-prompt.
enum class PromptOrigin : std::uint8_t {
  none,       ///< The answer is no picture's; no header.
  optimized,  ///< The LLM's.
  original,   ///< The user's own: the LLM failed.
  raw,        ///< The user's own, as the user wished (`--raw`).
  local,      ///< Made by rules, since no LLM is configured.
};

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
