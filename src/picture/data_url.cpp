#include "picture/data_url.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::size_t kMaxHeadBytes = 256;
constexpr std::string_view kCoding = ";base64,";

}  // namespace

bool is_data_url(std::string_view text) {
  return starts_with_ignoring_case(text, "data:");
}

std::optional<std::string_view> base64_of_data_url(std::string_view text) {
  if (!is_data_url(text)) return std::nullopt;
  const std::size_t coding = find_ignoring_case(text.substr(0, kMaxHeadBytes), kCoding);
  if (coding == std::string_view::npos) return std::nullopt;
  return text.substr(coding + kCoding.size());
}

std::string data_url_head(ImageType type) {
  return std::string("data:").append(mime_type(type)).append(kCoding);
}

}  // namespace fluxgate
