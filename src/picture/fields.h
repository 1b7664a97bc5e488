// What a request says of its picture beside the words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "picture/finish.h"

namespace fluxgate {

/// The fields as the client wrote them. All are optional.
struct PictureFields {
  std::string size;          ///< "1024x768", "auto", ...: picture/size_fields.h reads it.
  std::string image_size;    ///< The same by another name.
  std::string aspect_ratio;  ///< "16:9", ...: the same.
  std::optional<std::uint32_t> seed;
  std::string negative_prompt;  ///< Without white space around it.
  Finish finish;
  std::uint32_t cache_s = 0;  ///< For how long a picture may be given to later requests.
};

}  // namespace fluxgate
