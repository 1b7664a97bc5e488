// Calls whose body is a flat JSON object: most backends differ in the names of its members alone.
#pragma once

#include <string>
#include <string_view>

#include "json/writer.h"
#include "provider/dialect.h"

namespace fluxgate {

/// What stands in the body beside `model` and `prompt`.
struct JsonShape {
  /// Writes the members for the size and the form of the picture.
  void (*write_members)(json::Writer& json, const ImageJob& job);
  /// The member for the seed; empty: the backend knows none, and the seed is lost.
  std::string_view seed = {};
  /// The member for what must not be in the picture; empty: it becomes the end of the prompt,
  /// ". Avoid: WORDS".
  std::string_view negative_prompt = {};
  /// Members that are always the same, as JSON without the braces.
  std::string_view constants = {};
};

/// The prompt for a backend that has no member for what must not be in the picture.
std::string whole_prompt(const ImageJob& job);

Request post_json(std::string url, std::string body);

/// The body of `job` to the provider's URL.
Request json_request(const JsonShape& shape, const ImageJob& job, const ProviderSettings& provider);

/// Dialect::ask of a backend that is asked so.
template <const JsonShape& shape>
Call ask_json(const ImageJob& job, const ProviderSettings& provider) {
  return json_request(shape, job, provider);
}

}  // namespace fluxgate
