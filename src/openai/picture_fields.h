// The fields about a picture that the requests of several faces have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/document.h"
#include "picture/fields.h"

namespace fluxgate {

/// Most bytes of a negative prompt; what is beyond is dropped. As long as a prompt may be.
constexpr std::size_t kMaxNegativePromptBytes = 2000;

/// `size`, `image_size` (also an object with `width` and `height`), `aspect_ratio` (also inside
/// `image_config`), `seed` (an integer, or a string of digits) and `negative_prompt`.
/// Clients send some of them to every model, so a value that makes no sense counts as none.
PictureFields read_picture_fields(json::Value request);

/// `quality`, `output_format` and `background`. "standard" is no wish: it is what older clients
/// send for a picture like any other.
Finish read_finish(json::Value request);

/// `n`: 1 to `most`, or null for 1. It cannot be passed over, for it is paid for. Error:
/// invalid_parameters.
Result<std::uint32_t> read_picture_count(json::Value n, std::uint32_t most);

/// invalid_parameters, blamed on `field`.
Error bad_parameter(std::string_view field, std::string message);

}  // namespace fluxgate
