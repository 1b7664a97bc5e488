// How long a picture may take.
#pragma once

#include <cstdint>
#include <string_view>

#include "picture/image_size.h"

namespace fluxgate {

/// How long one call usually takes at most, whoever serves the model.
std::uint32_t usual_patience_ms(std::string_view model);
/// The same for a picture of this size.
std::uint32_t usual_patience_ms(std::uint32_t model_patience_ms, ImageSize size);

constexpr std::uint32_t kUsualPatienceMs = 60'000;
/// Of models that think before they draw, and of the largest pictures. Giving up earlier loses
/// pictures that are paid for.
constexpr std::uint32_t kLongPatienceMs = 300'000;

}  // namespace fluxgate
