// The picture in the JSON of a backend's answer.
#pragma once

#include "json/document.h"
#include "provider/dialect.h"

namespace fluxgate {

/// The picture that a text tells of: a URL, a data URL or base64. Error: upstream_bad_response
/// (img_no_url).
Result<Step> picture_from(std::string_view text);
/// A picture with what the answer says that it cost: a number of US dollars, or missing.
Result<Step> with_cost(Result<Step> step, json::Value cost);

/// There will be no picture; see Failed.
Result<Step> failed(std::string_view code, std::string_view message, int status = 0);
/// The same is to be asked again.
Result<Step> ask_again(JobState state);

/// The answer holds no picture. `detail`: img_no_url, img_bad_json; img_ask_again for an answer
/// about an ordered picture that may be wrong.
Error no_picture(std::string detail);
/// The backend has refused, under a good status. `reason`: its own word for why; what is
/// no name of up to 40 letters is left out.
Error refused_picture(std::string_view reason);

/// Dialect::read of backends that say it in one of the usual places: `images[].url`, `data[].url`,
/// `data[].b64_json`, `output[]`, `image`, each a URL, a data URL or base64. The first picture of
/// the answer counts. The cost is that of `cost` or `usage.cost`, in US dollars, or of
/// `usage.cost_in_usd_ticks`.
Result<Step> find_picture(const BackendAnswer& answer);

}  // namespace fluxgate
