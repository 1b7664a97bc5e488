// Pictures inside URLs. Source: rfc-editor.org/rfc/rfc2397
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "picture/file_type.h"

namespace fluxgate {

bool is_data_url(std::string_view text);

/// The base64 of a data URL; nothing for all else, for a data URL in another coding, and for one
/// with a head of more than 256 bytes ("data:image/png;base64," has 22; parameters make it longer).
std::optional<std::string_view> base64_of_data_url(std::string_view text);

/// "data:image/png;base64,": at most kDataUrlHeadBytes.
std::string data_url_head(ImageType type);

}  // namespace fluxgate
