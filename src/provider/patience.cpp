#include "provider/patience.h"

#include "base/ascii.h"
#include "provider/sizes.h"

namespace fluxgate {
namespace {

bool holds(std::string_view model, std::string_view word) {
  return find_ignoring_case(model, word) != std::string_view::npos;
}

}  // namespace

std::uint32_t usual_patience_ms(std::string_view model) {
  const bool is_of_google = holds(model, "gemini") || holds(model, "nano-banana");
  const bool is_slow = holds(model, "gpt-image") || (is_of_google && holds(model, "pro"));
  return is_slow ? kLongPatienceMs : kUsualPatienceMs;
}

std::uint32_t usual_patience_ms(std::uint32_t model_patience_ms, ImageSize size) {
  return resolution_of(size) == 4 ? kLongPatienceMs : model_patience_ms;
}

}  // namespace fluxgate
