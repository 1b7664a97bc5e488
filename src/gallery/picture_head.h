// The head of every answer that is a picture.
#pragma once

#include <string_view>

#include "http/message.h"
#include "picture/file_type.h"

namespace fluxgate {

/// 200 and the fixed headers, so that a browser shows the picture and can do nothing else with it:
/// the type we saw in the bytes, no sniffing, no script, no frame, usable from any page. The body
/// is the caller's.
Response picture_response(ImageType type, std::string_view cache_control);

}  // namespace fluxgate
