// Base64 of RFC 4648: the standard alphabet and the one for URLs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fluxgate {

/// Encodes with padding. Source: rfc-editor.org/rfc/rfc4648#section-4
std::string base64_encode(std::string_view bytes);
/// Encodes, in place, the bytes of `text` from `start` on; `start` must not be beyond the end.
/// Megabytes thus need no second copy.
void base64_encode_behind(std::string& text, std::size_t start);
/// Encodes with the alphabet for URLs (`-_`), without padding. Source:
/// rfc-editor.org/rfc/rfc4648#section-5
std::string base64url_encode(std::string_view bytes);

/// Decodes the standard alphabet; padding is optional. Gives nothing for any other byte, white
/// space included, for an impossible length, and for non-zero bits behind the last byte: each value
/// has one text, padding aside.
std::optional<std::string> base64_decode(std::string_view text);

/// Decodes a text that comes in pieces; any split gives the same bytes.
///
///   for (...) if (!decoder.push(piece, bytes)) return bad_base64();
///   if (!decoder.finish()) return bad_base64();
class Base64Decoder {
 public:
  /// What is done with a byte outside the alphabet.
  enum class Foreign : std::uint8_t {
    white_space_passed_over,  ///< is_space(), anywhere: RFC 2045 breaks lines. Others are refused.
    refused,
    ends_text,  ///< The text ends in front of the first one; nothing behind it is read.
  };

  explicit Base64Decoder(Foreign foreign = Foreign::white_space_passed_over) : foreign_(foreign) {}

  /// Appends to `out` every byte that `text` makes complete. Gives false from the first byte on
  /// that is outside the alphabet and refused, or padding in a wrong place, or a digit behind
  /// padding; the bytes in front of it are appended.
  bool push(std::string_view text, std::string& out);

  /// Call at the end of the text. Gives false if push() did, for an impossible length, for
  /// incomplete padding and for non-zero bits behind the last byte.
  bool finish() const;

 private:
  static const char* take_groups(const char* at, const char* text_end, char*& end);
  bool take(char c, char*& end);

  std::uint32_t bits_ = 0;        ///< The bits of the current group of four digits.
  std::uint8_t digit_count_ = 0;  ///< The digits of the current group: 0-3.
  std::uint8_t padding_count_ = 0;
  Foreign foreign_;
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace fluxgate
