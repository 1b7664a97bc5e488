#include "base/base64.h"

#include <array>
#include <cstdint>

#include "base/ascii.h"

namespace fluxgate {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kInvalid;
  for (std::size_t i = 0; i < kStandard.size(); ++i) {
    values[static_cast<unsigned char>(kStandard[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

enum class Padding { none, full };

constexpr std::uint32_t bits_of(char byte) {
  return static_cast<unsigned char>(byte);
}

/// Encodes the bytes of `text` from `start` on in place, last group first: the digits of a group
/// never overwrite the bytes of an earlier one.
void encode(std::string& text, std::size_t start, std::string_view alphabet, Padding padding) {
  const std::size_t group_count = (text.size() - start) / 3;
  const std::size_t rest_bytes = (text.size() - start) % 3;
  const std::size_t rest_digits = rest_bytes == 0 ? 0 : rest_bytes + 1;
  text.resize(
      start + group_count * 4 + (padding == Padding::full && rest_bytes > 0 ? 4 : rest_digits),
      '=');
  char* const bytes = text.data() + start;
  const char* const rest = bytes + group_count * 3;
  std::uint32_t bits = 0;
  if (rest_bytes > 0) bits = bits_of(rest[0]) << 16;
  if (rest_bytes > 1) bits |= bits_of(rest[1]) << 8;
  for (std::size_t i = 0; i < rest_digits; ++i, bits <<= 6) {
    bytes[group_count * 4 + i] = alphabet[bits >> 18 & 63];
  }
  for (std::size_t group = group_count; group-- > 0;) {
    const char* const from = bytes + group * 3;
    char* const to = bytes + group * 4;
    bits = bits_of(from[0]) << 16 | bits_of(from[1]) << 8 | bits_of(from[2]);
    to[0] = alphabet[bits >> 18];
    to[1] = alphabet[bits >> 12 & 63];
    to[2] = alphabet[bits >> 6 & 63];
    to[3] = alphabet[bits & 63];
  }
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text(bytes);
  base64_encode_behind(text, 0);
  return text;
}

void base64_encode_behind(std::string& text, std::size_t start) {
  encode(text, start, kStandard, Padding::full);
}

std::string base64url_encode(std::string_view bytes) {
  std::string text(bytes);
  encode(text, 0, kUrl, Padding::none);
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string bytes;
  Base64Decoder decoder(Base64Decoder::Foreign::refused);
  if (!decoder.push(text, bytes) || !decoder.finish()) return std::nullopt;
  return bytes;
}

bool Base64Decoder::push(std::string_view text, std::string& out) {
  const std::size_t size_before = out.size();
  // The digits beyond whole groups of four make up to three bytes more.
  out.resize(size_before + text.size() / 4 * 3 + 3);
  char* end = out.data() + size_before;
  const char* at = text.data();
  const char* const text_end = at + text.size();
  while (!failed_ && !ended_ && at != text_end) {
    if (digit_count_ == 0) at = take_groups(at, text_end, end);
    if (at != text_end) failed_ = !take(*at++, end);
  }
  out.resize(static_cast<std::size_t>(end - out.data()));
  return !failed_;
}

/// Decodes groups of four digits, nearly all of a picture, and returns where they end. The loop
/// makes no calls: Emscripten's -Os inlines none.
const char* Base64Decoder::take_groups(const char* at, const char* text_end, char*& end) {
  const std::uint8_t* const values = kValues.data();
  char* bytes = end;
  for (; text_end - at >= 4; at += 4, bytes += 3) {
    const std::uint32_t a = values[static_cast<unsigned char>(at[0])];
    const std::uint32_t b = values[static_cast<unsigned char>(at[1])];
    const std::uint32_t c = values[static_cast<unsigned char>(at[2])];
    const std::uint32_t d = values[static_cast<unsigned char>(at[3])];
    if ((a | b | c | d) == kInvalid) break;
    bytes[0] = static_cast<char>(a << 2 | b >> 4);
    bytes[1] = static_cast<char>(b << 4 | c >> 2);
    bytes[2] = static_cast<char>(c << 6 | d);
  }
  end = bytes;
  return at;
}

/// Takes one byte of the text and writes the byte that it makes complete.
bool Base64Decoder::take(char c, char*& end) {
  const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
  if (value == kInvalid) {
    if (c != '=' && foreign_ == Foreign::ends_text) return ended_ = true;
    if (is_space(c)) return foreign_ == Foreign::white_space_passed_over;
    if (c != '=' || digit_count_ < 2 || digit_count_ + padding_count_ == 4) return false;
    ++padding_count_;
    return true;
  }
  if (padding_count_ > 0) return false;
  bits_ = bits_ << 6 | value;
  ++digit_count_;
  if (digit_count_ > 1) *end++ = static_cast<char>(bits_ >> (8 - 2 * digit_count_));
  if (digit_count_ == 4) bits_ = digit_count_ = 0;
  return true;
}

bool Base64Decoder::finish() const {
  if (failed_ || digit_count_ == 1) return false;
  if (padding_count_ > 0 && digit_count_ + padding_count_ != 4) return false;
  return (bits_ & ((1u << (8 - 2 * digit_count_)) - 1)) == 0;
}

}  // namespace fluxgate
