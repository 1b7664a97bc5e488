// The pictures of FLUXGATE_DEMO=1, drawn when their link is opened.
#pragma once

#include <string>
#include <string_view>

#include "gateway/exchange.h"
#include "gateway/instance.h"
#include "picture/image_size.h"

namespace fluxgate {

constexpr std::string_view kDemoPicturePath = "/demo.png";

/// The link of a demo picture. It says all that is in the picture, so it needs neither store nor
/// signature. A size that would take too long to draw is halved until it does not.
std::string demo_picture_link(std::string_view base_url, std::string_view prompt, ImageSize size);

/// GET /demo.png?size=1024x576&prompt=...: draws the test card. Error: path_not_found unless the
/// demo is configured, or for a size that demo_picture_link() never gives.
Task<> show_demo_picture(Exchange& exchange);

}  // namespace fluxgate
