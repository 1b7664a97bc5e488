// The picture in the JSON of a backend's answer.
#pragma once

#include "provider/dialect.h"

namespace fluxgate {

/// Dialect::read of backends that say it in one of the usual places: `images[].url`, `data[].url`,
/// `data[].b64_json`, `output[]`, `image`, each a URL, a data URL or base64. The first picture of
/// the answer counts.
Result<Step> find_picture(const BackendAnswer& answer);

}  // namespace fluxgate
