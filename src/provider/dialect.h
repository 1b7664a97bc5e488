// How image backends are asked and how they answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/provider_settings.h"
#include "http/message.h"
#include "picture/image_size.h"

namespace fluxgate {

/// One picture to make. Its texts lie where they outlive it.
struct ImageJob {
  std::string_view model;
  std::string_view prompt;
  ImageSize size;
  std::optional<std::uint32_t> seed = {};
  std::string_view negative_prompt = {};  ///< What must not be in the picture; may be empty.
};

/// What a backend made: exactly one of the two is not empty.
struct BackendImage {
  std::string url;     ///< As the backend gave it: not yet admitted (link/admission.h).
  std::string base64;  ///< The file's bytes, standard alphabet; not yet looked at.
};

/// The call that makes `job`, in the provider's dialect. Not for Dialect::demo, which has no
/// backend.
/// - siliconflow: `seed` and `negative_prompt` when the job has them.
/// - openai: neither, for OpenAI answers 400 to a field that it does not know, and chat programs
///   send a seed with requests that have no use for it. The negative prompt becomes the end of the
///   prompt, ". Avoid: WORDS"; the seed is lost.
/// Sources: docs.siliconflow.cn/cn/api-reference/images/images-generations,
/// platform.openai.com/docs/api-reference/images/create
Request image_request(const ProviderSettings& provider, const ImageJob& job, std::string_view key);

/// Reads the body of a 2xx answer, whatever dialect it claims: `images[0].url`, `data[0].url`,
/// `data[0].b64_json`, `output[0]`, `image`, each a URL, a data URL or base64. Errors:
/// upstream_bad_response (detail img_bad_json, img_no_url), upstream_error (img_error_in_200: an
/// error object where a picture belongs).
Result<BackendImage> read_image_answer(std::string_view body);

}  // namespace fluxgate
