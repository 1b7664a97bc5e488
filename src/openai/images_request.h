// What a client asks for, read from the body of POST /v1/images/generations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/fields.h"

namespace fluxgate {

/// Most pictures of one request; OpenAI's own limit.
constexpr std::uint32_t kMaxPicturesOfImages = 10;

/// `response_format`: the picture inside the answer, or a link to it.
enum class ImagesForm : std::uint8_t { b64_json, url };

/// The parts of a request that matter. All other fields (style, moderation, user, ...) are taken
/// and have no effect.
struct ImagesRequest {
  std::string prompt;
  std::string model;  ///< Empty: the client leaves the choice to us.
  PictureFields picture;
  std::uint32_t picture_count = 1;  ///< `n`: 1 to kMaxPicturesOfImages.
  /// b64_json unless a link is asked for: the official models answer so, and some clients read
  /// nothing else.
  ImagesForm form = ImagesForm::b64_json;
};

/// Half characters in `body` become U+FFFD there. Errors: invalid_json, invalid_parameters and
/// unsupported_parameter (`stream`), Error::param names the field. Source:
/// platform.openai.com/docs/api-reference/images/create
Result<ImagesRequest> read_images_request(Bytes& body);

}  // namespace fluxgate
