// What a client asks for, read from the body of POST /v1/images/generations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "picture/fields.h"

namespace fluxgate {

/// Most drafts of one picture; OpenAI's own limit.
constexpr std::uint32_t kMaxDrafts = 3;

/// Most pictures of one request; OpenAI's own limit.
constexpr std::uint32_t kMaxPicturesOfImages = 10;

/// `response_format`: the picture inside the answer, or a link to it.
enum class ImagesForm : std::uint8_t { b64_json, url };

/// The parts of a request that matter. All other fields (style, moderation, user, ...) are taken
/// and have no effect.
struct ImagesRequest {
  std::string prompt;
  /// The pictures to go by, as gallery/references.h takes them: `image`, `images` and
  /// `input_references`, each one or a list, of strings, `{image_url}` or `{image_url: {url}}`.
  std::vector<std::string> pictures;
  std::string mask;   ///< The same for what is to be drawn anew; empty: none.
  std::string model;  ///< Empty: the client leaves the choice to us.
  PictureFields picture;
  bool streams = false;             ///< `stream`: each picture comes as an event.
  std::uint32_t draft_count = 0;    ///< `partial_images`: 0 to kMaxDrafts.
  std::uint32_t picture_count = 1;  ///< `n`: 1 to kMaxPicturesOfImages.
  /// b64_json unless a link is asked for: the official models answer so, and some clients read
  /// nothing else.
  ImagesForm form = ImagesForm::b64_json;
};

/// What a request for variations of a picture, which has no prompt, asks for.
constexpr std::string_view kVariationPrompt = "A variation of this picture.";

/// `default_prompt`: for a request without one; empty: there must be one.
/// Half characters in `body` become U+FFFD there. Errors: invalid_json, invalid_parameters and
/// invalid_image, Error::param names the field. Source:
/// platform.openai.com/docs/api-reference/images/create, createEdit and createVariation
Result<ImagesRequest> read_images_request(Bytes& body, std::string_view default_prompt = {});

}  // namespace fluxgate
