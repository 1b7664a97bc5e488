// Token counts: what servers tell us and what we tell clients.
#pragma once

#include <cstdint>
#include <optional>

#include "json/document.h"
#include "json/writer.h"

namespace fluxgate {

/// Token counts, as clients add them up.
struct Usage {
  std::int64_t prompt_token_count = 0;
  std::int64_t completion_token_count = 0;
};

/// Reads a `usage` object; nothing unless both counts are there and believable.
std::optional<Usage> read_usage(json::Value usage);

/// Writes the `usage` object, total included.
/// Source: platform.openai.com/docs/api-reference/chat/object
void write_usage(json::Writer& json, const Usage& usage);

}  // namespace fluxgate
