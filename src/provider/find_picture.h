// The picture in the JSON of a backend's answer.
#pragma once

#include "provider/dialect.h"

namespace fluxgate {

/// The picture that a text tells of: a URL, a data URL or base64. Error: upstream_bad_response
/// (img_no_url).
Result<Step> picture_from(std::string_view text);

/// The answer holds no picture. `detail`: img_no_url, img_bad_json.
Error no_picture(std::string detail);
/// The backend has refused, under a good status. `reason`: its own word for why.
Error refused_picture(std::string_view reason);

/// Dialect::read of backends that say it in one of the usual places: `images[].url`, `data[].url`,
/// `data[].b64_json`, `output[]`, `image`, each a URL, a data URL or base64. The first picture of
/// the answer counts.
Result<Step> find_picture(const BackendAnswer& answer);

}  // namespace fluxgate
