// Text rules of ASCII, free of any locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fluxgate {

/// Where a text is that is not there: what find() and its kin give then.
constexpr std::size_t kNowhere = std::string_view::npos;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
/// The value of a hexadecimal digit, 0-15; -1 for any other character.
constexpr int hex_digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
/// Space, tab, CR, LF, form feed: the white space of HTTP, HTML and JSON together.
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// The place behind the run of printable ASCII characters (' ' to '~') that stands at `at`. Most
/// texts are such runs, and what holds for each of these characters needs no look at them.
constexpr std::size_t skip_printable(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= ' ' && text[at] <= '~') ++at;
  return at;
}

/// The place behind the run of visible ASCII characters ('!' to '~') other than `but` at `at`.
constexpr std::size_t skip_visible(std::string_view text, std::size_t at, char but) {
  while (at < text.size() && text[at] > ' ' && text[at] <= '~' && text[at] != but) ++at;
  return at;
}

std::string to_lower(std::string_view text);

/// Does `start` stand at `at`?
inline bool starts_with_at(std::string_view text, std::size_t at, std::string_view start) {
  if (start.empty() || at >= text.size()) return start.empty() && at <= text.size();
  // Nearly all places differ in the first byte.
  return text[at] == start[0] && text.substr(at, start.size()) == start;
}

/// Are the texts equal but for the case of ASCII letters?
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
/// The first place of `needle` in `text` from `from` on, in any ASCII case; npos if there is none.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle,
                               std::size_t from = 0);

/// `text` without the white space (is_space()) at both ends.
std::string_view trim(std::string_view text);
/// `text` without its line ends (CR, LF), for places that cannot hold any.
std::string in_one_line(std::string_view text);
/// The parts between separators, trimmed, empty ones left out: "a, ,b" gives "a" and "b".
std::vector<std::string_view> split_list(std::string_view text, char separator);

/// Reads a number made of digits alone, at most `max`; nothing for any other text.
std::optional<std::uint64_t> parse_unsigned(std::string_view text, std::uint64_t max = UINT64_MAX);

/// True when both hold the same bytes. The time taken depends on the lengths alone, never on where
/// the first difference stands.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Two lower-case hexadecimal digits for each byte.
std::string hex(std::span<const std::uint8_t> bytes);

}  // namespace fluxgate
