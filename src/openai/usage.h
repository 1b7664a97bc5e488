// Token counts: those that servers tell us, and those that we tell clients.
#pragma once

#include <cstdint>
#include <optional>

#include "json/document.h"
#include "json/writer.h"
#include "picture/cost.h"

namespace fluxgate {

/// Token counts, as clients add them up, and what the pictures cost.
struct Usage {
  std::int64_t prompt_token_count = 0;
  std::int64_t completion_token_count = 0;
  Cost cost = {};
};

/// Reads a `usage` object; nothing unless it holds both counts and both are plausible.
std::optional<Usage> read_usage(json::Value usage);

/// Writes the `usage` object, total included. Its `cost`, in US dollars, is OpenRouter's member,
/// and is left out when nobody says it.
/// Source: platform.openai.com/docs/api-reference/chat/object
void write_usage(json::Writer& json, const Usage& usage);

}  // namespace fluxgate
