#include "json/mend.h"

#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "json/escaped_unit.h"

namespace fluxgate::json {
namespace {

constexpr std::string_view kReplacementUtf8 = "\xEF\xBF\xBD";

/// What stands at a place of the text.
struct Part {
  std::size_t length_bytes;
  bool is_damage;
};

/// The escape at `at`, where a backslash stands.
Part escape_at(std::string_view text, std::size_t at) {
  const int unit = escaped_unit(text, at);
  if (is_low_surrogate(unit)) return {6, true};
  if (!is_high_surrogate(unit)) {
    const bool is_escape = at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0x80;
    return {is_escape ? std::size_t{2} : std::size_t{1}, false};
  }
  const bool is_whole = is_low_surrogate(escaped_unit(text, at + 6));
  return is_whole ? Part{12, false} : Part{6, true};
}

/// The character at `at`, or the run of bytes that are none.
Part character_at(std::string_view text, std::size_t at) {
  const auto length_at = [&](std::size_t place) { return code_point_at(text, place).length_bytes; };
  const auto is_high = [&](std::size_t place) {
    return place < text.size() && static_cast<unsigned char>(text[place]) >= 0x80;
  };
  if (!is_high(at) || length_at(at) > 1) return {length_at(at), false};
  std::size_t end = at + 1;
  while (is_high(end) && length_at(end) == 1) ++end;
  return {end - at, true};
}

Part part_at(std::string_view text, std::size_t at) {
  return text[at] == '\\' ? escape_at(text, at) : character_at(text, at);
}

}  // namespace

bool mend(Bytes& text) {
  std::size_t places = 0;
  for (std::size_t at = 0; at < text.size_bytes();) {
    const Part part = part_at(text.view(), at);
    at += part.length_bytes;
    if (part.is_damage) ++places;
  }
  if (places == 0 || places > kMaxMendedPlaces) return false;
  Bytes whole = Bytes::of_size(text.size_bytes() + 2 * places);
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size_bytes();) {
    const Part part = part_at(text.view(), at);
    const std::string_view bytes =
        part.is_damage ? kReplacementUtf8 : text.view().substr(at, part.length_bytes);
    at += part.length_bytes;
    written += bytes.copy(whole.data() + written, bytes.size());
  }
  whole.shrink_to(written);
  text = std::move(whole);
  return true;
}

}  // namespace fluxgate::json
