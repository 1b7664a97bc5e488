#include "llm/completion_message.h"

#include <utility>

namespace fluxgate {

std::optional<std::string> read_message_content(json::Value content) {
  if (const auto text = content.string()) return std::string(*text);
  if (!content.is_array()) return std::nullopt;
  std::string joined;
  for (const json::Value part : content.items()) joined += part["text"].string_or_empty();
  return joined;
}

std::string_view read_message_reasoning(json::Value message) {
  const std::string_view reasoning = message["reasoning_content"].string_or_empty();
  return reasoning.empty() ? message["reasoning"].string_or_empty() : reasoning;
}

Error unusable_completion(std::string detail) {
  return Error(ErrorCode::upstream_bad_response, "The prompt optimiser's answer is unusable.",
               std::move(detail));
}

Error reported_by_completion(std::string detail) {
  return Error(ErrorCode::upstream_error, "The prompt optimiser reported an error.",
               std::move(detail));
}

}  // namespace fluxgate
