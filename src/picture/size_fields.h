// Request fields that say the size of the picture: `size` and `aspect_ratio`.
#pragma once

#include <optional>
#include <string_view>

#include "picture/fields.h"
#include "picture/ratio_table.h"

namespace fluxgate {

/// "1024x768" in pixels, each side 64-4096; also with `X`, `*` or `×`, and blanks around each part.
/// Nothing for "auto" and all else: the next source decides.
std::optional<ImageSize> read_size_field(std::string_view value);

/// Reads "16:9", also with `/`, `x`, `X` or a full-width colon, and blanks around each part. Gives
/// the size that the table has for exactly these numbers; nothing for any other text.
std::optional<ImageSize> read_aspect_ratio_field(std::string_view value, const RatioTable& table);

/// What both fields say: `size` comes first, and may be a ratio, too.
std::optional<ImageSize> read_size_fields(const PictureFields& fields, const RatioTable& table);

/// Is `size` a size, a ratio ("4:5", whether or not the table has it), "auto" or empty?
bool is_size_or_ratio(std::string_view size);

}  // namespace fluxgate
