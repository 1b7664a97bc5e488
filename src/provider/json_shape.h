// Calls whose body is a flat JSON object: most backends differ in the names of its members alone.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/writer.h"
#include "provider/dialect.h"

namespace fluxgate {

/// What stands in the body beside the prompt.
struct JsonShape {
  /// Writes the members for the size and the form of the picture.
  void (*write_members)(json::Writer& json, const ImageJob& job);
  /// The member for the model; empty: the body does not name it.
  std::string_view model = "model";
  /// The member for the seed; empty: the backend knows none, and the seed is lost.
  std::string_view seed = {};
  /// The member for what must not be in the picture; empty: it becomes the end of the prompt,
  /// ". Avoid: WORDS".
  std::string_view negative_prompt = {};
  /// Members that are always the same, as JSON without the braces.
  std::string_view constants = {};
};

/// `"width":1024,"height":576`
void write_sides(json::Writer& json, const ImageJob& job);
/// `"aspect_ratio":"16:9"`, the nearest of `ratios`.
void write_ratio(json::Writer& json, const ImageJob& job, std::string_view ratios);
/// `"resolution":"2K"`, with this letter; nothing for 1K, which is what backends draw unasked.
void write_resolution(json::Writer& json, const ImageJob& job, char letter);
/// `"quality":"high","output_format":"webp","background":"transparent"`, as far as they are wished
/// and the model of the job has them.
void write_finish(json::Writer& json, const ImageJob& job, std::span<const ModelFinish> finishes);

/// Seeds of many backends are below it: they are signed numbers of 32 bits.
constexpr std::uint32_t kSeedLimit = 1u << 31;

/// The prompt for a backend that has no member for what must not be in the picture.
std::string whole_prompt(const ImageJob& job);

/// `"prompt":"a cat","negative_prompt":"dogs"`; the first alone where the second is not taken.
void write_prompts(json::Writer& json, const ImageJob& job, bool takes_negative);

Request post_json(std::string url, std::string body);
/// A call without a body whose answer is JSON.
Request request_to(Method method, std::string_view url);
inline Request get(std::string_view url) {
  return request_to(Method::get, url);
}

/// `url`, the base of an API, with the model at the end of its path, unless it is there.
std::string model_url(std::string_view url, std::string_view model);

/// `url` with `with` in the place of the last `what` of its path; `url` itself where it has none.
std::string with_path_part(std::string_view url, std::string_view what, std::string_view with);

/// The body of `job`.
std::string json_body(const JsonShape& shape, const ImageJob& job);

/// Makes of a body that is one JSON value a list of it.
void turn_into_list(Request& request);

/// It goes to the provider's URL, with the model at its end where the body does not name that.
Request json_request(const JsonShape& shape, const ImageJob& job, const ProviderSettings& provider);

/// Dialect::ask of a backend that is asked so.
template <const JsonShape& shape>
Call ask_json(const ImageJob& job, const ProviderSettings& provider) {
  return json_request(shape, job, provider);
}

}  // namespace fluxgate
