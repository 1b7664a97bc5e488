// A picture on its way from its backend to a client.
#pragma once

#include <cstdint>
#include <string>

namespace fluxgate {

/// What the text of a Picture is.
enum class PictureForm : std::uint8_t {
  url,     ///< Where its host has it. From a backend it is not yet admitted (link/admission.h).
  base64,  ///< The file, in the standard alphabet; nobody has looked at it.
  bytes,   ///< The file.
  path,    ///< Where we serve it: it is stored, or drawn when it is asked for.
  link     ///< What a client can show.
};

struct Picture {
  PictureForm form;
  std::string text;
  /// Where a client can have it too, beside bytes: a path of ours until it is published, then a
  /// link. May be empty.
  std::string link = {};
};

}  // namespace fluxgate
