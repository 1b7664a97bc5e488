// The polite words in front of an idea.
#pragma once

#include <string_view>

namespace fluxgate {

/// The idea without "please draw", "can you create an image of", "请帮我画" and the like in front.
/// Words that tell the medium ("paint", "a photo of") stay. If nothing would be left, the idea
/// stays whole.
std::string_view without_request(std::string_view idea);

}  // namespace fluxgate
