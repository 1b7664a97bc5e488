// Reads and writes data URLs of pictures. Source: rfc-editor.org/rfc/rfc2397
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "picture/file_type.h"

namespace fluxgate {

bool is_data_url(std::string_view text);

/// The base64 text of a data URL. Nothing for any other text, for a data URL in another coding, and
/// for a head of more than 256 bytes ("data:image/png;base64," has 22; parameters make it longer).
std::optional<std::string_view> base64_of_data_url(std::string_view text);

/// The head of a data URL, such as "data:image/png;base64,"; at most kDataUrlHeadBytes.
std::string data_url_head(ImageType type);

}  // namespace fluxgate
