#include "gallery/picture_head.h"

#include <string>

namespace fluxgate {

Response picture_response(ImageType type, std::string_view cache_control) {
  Response response;
  response.headers.append("content-type", mime_type(type))
      .append("x-content-type-options", "nosniff")
      .append("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
      .append("cross-origin-resource-policy", "cross-origin")
      .append("referrer-policy", "no-referrer")
      .append("content-disposition",
              "inline; filename=\"image." + std::string(file_extension(type)) + "\"")
      .append("cache-control", cache_control);
  return response;
}

}  // namespace fluxgate
