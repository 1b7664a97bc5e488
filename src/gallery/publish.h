// The link under which a client sees a picture that was just made.
#pragma once

#include <string>

#include "exchange/exchange.h"

namespace fluxgate {

/// A picture that was made: exactly one is not empty.
struct MadePicture {
  std::string url = {};    ///< Where the backend has it; not yet admitted.
  std::string bytes = {};  ///< The picture itself.
  std::string path = {};   ///< Where we serve it: it is stored, or drawn when it is asked for.
};

/// With a store: a link to the copy in it. Without one, or when copying fails (a picture that was
/// paid for is never lost): a signed link to where the backend has it, or the picture inside a data
/// URL. Errors: upstream_bad_url, upstream_not_an_image, upstream_too_large.
/// Log: "store_failed" for a copy that failed.
Task<std::string> link_to_picture(Exchange& exchange, MadePicture picture);

}  // namespace fluxgate
