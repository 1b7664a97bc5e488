#include "base/percent.h"

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_unreserved(char c) {
  return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 4);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::size_t start = at;
    while (at < bytes.size() && is_unreserved(bytes[at])) ++at;
    text += bytes.substr(start, at - start);
    if (at == bytes.size()) break;
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const char escape[] = {'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    text.append(escape, sizeof escape);
  }
  return text;
}

std::optional<std::string> percent_decode_strict(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] < 0x21 || text[at] > 0x7e) return std::nullopt;
    if (text[at] != '%') {
      bytes.push_back(text[at]);
      continue;
    }
    if (text.size() - at < 3) return std::nullopt;
    const std::size_t high = kHexDigits.find(text[at + 1]);
    const std::size_t low = kHexDigits.find(text[at + 2]);
    if (high == kHexDigits.npos || low == kHexDigits.npos) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
    at += 2;
  }
  return bytes;
}

}  // namespace fluxgate
