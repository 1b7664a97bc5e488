// Request fields that say the size of the picture: `size`, `image_size` and `aspect_ratio`.
#pragma once

#include <optional>
#include <string_view>

#include "picture/fields.h"
#include "picture/ratio_table.h"

namespace fluxgate {

/// "1024x768" in pixels, each side 64-4096; also with `X`, `*` or `×`, and blanks around each part.
/// Nothing for "auto" and all else: the next source decides.
std::optional<ImageSize> read_size_field(std::string_view value);

/// Reads "16:9" and "2.39:1", also with `/`, `x`, `X` or a full-width colon, and blanks around each
/// part; and the words "square", "portrait", "landscape", "landscape_16_9" and the like. Gives the
/// size that the table has for the ratio; nothing for any other text.
std::optional<ImageSize> read_aspect_ratio_field(std::string_view value, const RatioTable& table);

/// Either of both.
std::optional<ImageSize> read_size_or_ratio(std::string_view value, const RatioTable& table);

/// What the fields say: the first that says something counts, and each may be a size or a ratio.
std::optional<ImageSize> read_size_fields(const PictureFields& fields, const RatioTable& table);

/// Is `size` a size, a ratio, a word for one, "auto" or empty?
bool is_size_or_ratio(std::string_view size);

}  // namespace fluxgate
