#include "provider/prompt_reading.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::string_view kReaders[] = {
    "flux-2",   "flux.2",  "flux2",     "flux-3",   "kontext",    "gpt-image",
    "gemini",   "banana",  "imagen",    "seedream", "qwen-image", "grok-imagine",
    "ideogram", "hunyuan", "glm-image", "z-image",  "dall-e-3"};

}  // namespace

bool reads_sentences(std::string_view model) {
  for (const std::string_view reader : kReaders) {
    if (find_ignoring_case(model, reader) != kNowhere) return true;
  }
  return false;
}

}  // namespace fluxgate
